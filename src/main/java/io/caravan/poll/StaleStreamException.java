package io.caravan.poll;

/** Another node moved the stream since this one read it; the page's transaction is rolled back, and the other node has the page. */
final class StaleStreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StaleStreamException(String stream, long version) {
        super(
                "Stream " + stream + " was moved on from version " + version
                        + " by another node while this one processed its page. The page was rolled back here; the other node goes on. Nothing needs to be done.");
    }
}
