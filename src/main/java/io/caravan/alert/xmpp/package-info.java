/**
 * Rooms of XMPP (XEP-0045) as a place for messages: {@code to: xmpp-room:…}. Start reading at {@link io.caravan.alert.xmpp.XmppSession}, which holds the connection and knows when a message has arrived.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.alert.xmpp;
