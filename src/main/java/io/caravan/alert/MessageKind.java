package io.caravan.alert;

/** Why a message is sent. */
public enum MessageKind {
    FIRING,
    /** The group has changed: more incidents, a graver one, some resolved. */
    UPDATE,
    /** Nothing has changed, and somebody should be reminded. */
    REPEAT,
    /** Nobody has acknowledged. */
    ESCALATION,
    RESOLVED,
    TEST,
    /** The service is alive. */
    HEARTBEAT
}
