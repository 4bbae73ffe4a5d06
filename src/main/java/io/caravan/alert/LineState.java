package io.caravan.alert;

/** How a line stands. */
public enum LineState {
    WORKING,
    /** It has failed too often in a row, and after a while one message is tried; or its service has asked to be left alone for a while. */
    RESTING,
    /** The service has said that there is nothing to send to; until somebody tries it by hand. */
    STOPPED
}
