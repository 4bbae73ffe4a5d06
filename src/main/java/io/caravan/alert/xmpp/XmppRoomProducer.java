package io.caravan.alert.xmpp;

import io.caravan.alert.AlertHeaders;
import io.caravan.alert.SendFailedException;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultProducer;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;

/** {@code to: xmpp-room:…}: says the body in a room. */
public class XmppRoomProducer extends DefaultProducer {
    private final XmppSession session;
    private final Expression room;

    XmppRoomProducer(XmppRoomEndpoint endpoint) throws XmppStringprepException {
        super(endpoint);
        this.session = endpoint.session();
        this.room = endpoint.getCamelContext().resolveLanguage("simple").createExpression(endpoint.getRoom());
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        room.init(getEndpoint().getCamelContext());
    }

    @Override
    public void process(Exchange exchange) throws SendFailedException {
        session.say(
                address(exchange),
                exchange.getProperty(AlertHeaders.KEY, exchange.getExchangeId(), String.class),
                exchange.getMessage().getBody(String.class));
    }

    private EntityBareJid address(Exchange exchange) {
        String address = room.evaluate(exchange, String.class);
        try {
            return JidCreate.entityBareFrom(address);
        } catch (XmppStringprepException e) {
            throw new IllegalArgumentException(
                    "\"" + address
                            + "\" is no address of a room; the message wasn't sent; write one such as ops@rooms.example.com",
                    e);
        }
    }

    @Override
    protected void doStop() throws Exception {
        session.close();
        super.doStop();
    }
}
