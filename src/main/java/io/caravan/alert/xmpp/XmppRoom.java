package io.caravan.alert.xmpp;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jivesoftware.smack.SmackException;
import org.jivesoftware.smack.XMPPConnection;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.filter.AndFilter;
import org.jivesoftware.smack.filter.FromMatchesFilter;
import org.jivesoftware.smack.filter.StanzaFilter;
import org.jivesoftware.smack.filter.StanzaIdFilter;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.StandardExtensionElement;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.packet.StanzaError.Condition;
import org.jivesoftware.smackx.muc.MucEnterConfiguration;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChat.MucCreateConfigFormHandle;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.jxmpp.stringprep.XmppStringprepException;

/**
 * A room on one connection. It is entered with the first message, and again where it has put us out. What is said counts as said when the room has shown it to us as to all others (XEP-0045, 7.4). What the room has shown is
 * remembered by its id, and on entering the room is asked what it remembers itself: a message whose echo was lost isn't said twice.
 *
 * <p>One message at a time.
 */
final class XmppRoom {
    private static final int NICKNAMES = 5;
    private static final int HISTORY = 50;
    private static final int SHOWN = 500;

    /** Servers tell the subject at the end of the history, but old ones say nothing where there is none. */
    private static final int SUBJECT_MILLIS = 2_000;

    /** What stars and underscores mean in other texts, they don't mean here (XEP-0393, 6). */
    private static final StandardExtensionElement UNSTYLED =
            new StandardExtensionElement("unstyled", "urn:xmpp:styling:0");

    private final XMPPConnection connection;
    private final MultiUserChat chat;
    private final String nickname;
    private final Optional<String> password;
    private final Set<String> shown = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > SHOWN;
        }
    });

    XmppRoom(XMPPConnection connection, EntityBareJid address, String nickname, Optional<String> password) {
        this.connection = connection;
        this.chat = MultiUserChatManager.getInstanceFor(connection).getMultiUserChat(address);
        this.nickname = nickname;
        this.password = password;
    }

    /** Says it, unless the room has shown it before, and returns when it is there. */
    synchronized void say(String id, String text)
            throws SmackException, XMPPException, InterruptedException, XmppStringprepException {
        enter();
        hear();
        if (shown.contains(id)) {
            return;
        }
        Message message = StanzaBuilder.buildMessage(id)
                .ofType(Message.Type.groupchat)
                .to(chat.getRoom())
                .setBody(XmppText.of(text))
                .addExtension(UNSTYLED)
                .build();
        StanzaFilter echo = new AndFilter(FromMatchesFilter.createBare(chat.getRoom()), new StanzaIdFilter(id));
        connection.createStanzaCollectorAndSend(echo, message).nextResultOrThrow();
    }

    private void enter() throws SmackException, XMPPException, InterruptedException, XmppStringprepException {
        for (int number = 1; !chat.isJoined(); number++) {
            try {
                enter(number == 1 ? nickname : nickname + " " + number);
            } catch (XMPPErrorException e) {
                if (e.getStanzaError().getCondition() != Condition.conflict || number == NICKNAMES) {
                    throw e;
                }
            }
        }
    }

    /** A room that isn't there is made; until its maker has said how it shall be, nobody else may enter. */
    private void enter(String as) throws SmackException, XMPPException, InterruptedException, XmppStringprepException {
        MucEnterConfiguration.Builder entering =
                chat.getEnterConfigurationBuilder(Resourcepart.from(as)).requestMaxStanzasHistory(HISTORY);
        password.ifPresent(entering::withPassword);
        MucCreateConfigFormHandle made = chat.createOrJoin(entering.build());
        if (made == null) {
            hearHistory();
        } else {
            made.makeInstant();
        }
    }

    private void hearHistory() throws SmackException, InterruptedException {
        Message message;
        do {
            message = chat.nextMessage(SUBJECT_MILLIS);
            remember(message);
        } while (message != null && (message.getSubject() == null || message.getBody() != null));
    }

    private void hear() throws SmackException {
        Message message;
        do {
            message = chat.pollMessage();
            remember(message);
        } while (message != null);
    }

    private void remember(@Nullable Message message) {
        if (message != null && message.getStanzaId() != null) {
            shown.add(message.getStanzaId());
        }
    }
}
