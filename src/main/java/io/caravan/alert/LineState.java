package io.caravan.alert;

/** How a line stands. */
public enum LineState {
    WORKING,
    /** It has failed too often in a row; after a while one message is tried. */
    RESTING,
    /** The service has said that there is nothing to send to; until somebody tries it by hand. */
    STOPPED
}
