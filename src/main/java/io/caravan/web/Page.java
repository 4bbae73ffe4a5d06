package io.caravan.web;

/**
 * What a request is answered.
 *
 * @param status of HTTP
 * @param type of the content
 */
record Page(int status, String type, String text) {
    static Page html(int status, String text) {
        return new Page(status, "text/html; charset=utf-8", text);
    }

    static Page plain(int status, String text) {
        return new Page(status, "text/plain; charset=utf-8", text);
    }
}
