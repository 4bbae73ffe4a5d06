package io.caravan.alert.xmpp;

import io.caravan.alert.SendFailedException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jivesoftware.smack.SmackException;
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
import org.jivesoftware.smack.sasl.SASLErrorException;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.muc.MucEnterConfiguration;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChat.MucCreateConfigFormHandle;
import org.jivesoftware.smackx.muc.MultiUserChatException.NotAMucServiceException;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;
import org.jxmpp.jid.parts.Resourcepart;
import org.jxmpp.stringprep.XmppStringprepException;

/**
 * One connection to a server, kept from message to message, and the rooms that it is in. What was sent counts as sent when the room has shown it to us as to all others (XEP-0045, 7.4): what a server took
 * with it when it went is told as failed. After any failure the next message makes a new connection, as nobody can tell what an old one is good for.
 *
 * <p>One message at a time; each takes 15 s at most for every answer that it waits for.
 */
final class XmppSession implements AutoCloseable {
    private static final int ANSWER_MILLIS = 15_000;
    private static final int NICKNAMES = 5;

    /** A room that says so will say it again. */
    private static final Set<Condition> FINAL = EnumSet.of(
            Condition.forbidden,
            Condition.item_not_found,
            Condition.jid_malformed,
            Condition.not_allowed,
            Condition.not_authorized,
            Condition.registration_required);

    /** What stars and underscores mean in other texts, they don't mean here (XEP-0393, 6). */
    private static final StandardExtensionElement UNSTYLED =
            new StandardExtensionElement("unstyled", "urn:xmpp:styling:0");

    private final XmppAccount account;
    private final String nickname;
    private final Optional<String> roomPassword;
    private final Map<EntityBareJid, MultiUserChat> rooms = new HashMap<>();
    private @Nullable XMPPTCPConnection connection;

    /**
     * Connects when there is a message.
     *
     * @param nickname in rooms; where somebody else has it, a number is added
     * @param roomPassword of rooms that ask for one
     */
    XmppSession(XmppAccount account, String nickname, Optional<String> roomPassword) {
        this.account = account;
        this.nickname = nickname;
        this.roomPassword = roomPassword;
    }

    /**
     * Says it in the room, and returns when it is there.
     *
     * @param id of the message; the same at each try
     * @throws SendFailedException when the room has not shown it
     */
    synchronized void say(EntityBareJid room, String id, String text) throws SendFailedException {
        boolean arrived = false;
        try {
            XMPPTCPConnection open = open();
            MultiUserChat chat = joined(open, room);
            Message message = StanzaBuilder.buildMessage(id)
                    .ofType(Message.Type.groupchat)
                    .to(room)
                    .setBody(XmppText.of(text))
                    .addExtension(UNSTYLED)
                    .build();
            StanzaFilter shown = new AndFilter(FromMatchesFilter.createBare(room), new StanzaIdFilter(id));
            open.createStanzaCollectorAndSend(shown, message).nextResultOrThrow();
            forgetWhatOthersSay(chat);
            arrived = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(room, e);
        } catch (SmackException | XMPPException | IOException | GeneralSecurityException e) {
            throw failed(room, e);
        } finally {
            if (!arrived) {
                drop();
            }
        }
    }

    private XMPPTCPConnection open()
            throws SmackException, XMPPException, IOException, GeneralSecurityException, InterruptedException {
        XMPPTCPConnection open = connection;
        if (open != null && open.isAuthenticated()) {
            return open;
        }
        drop();
        open = new XMPPTCPConnection(account.connection());
        connection = open;
        open.setReplyTimeout(ANSWER_MILLIS);
        // a session that the server keeps for us after a break would hold our nickname
        open.setUseStreamManagement(false);
        open.connect().login();
        return open;
    }

    private MultiUserChat joined(XMPPTCPConnection open, EntityBareJid room)
            throws SmackException, XMPPException, InterruptedException, XmppStringprepException {
        MultiUserChat chat = rooms.computeIfAbsent(room, MultiUserChatManager.getInstanceFor(open)::getMultiUserChat);
        for (int number = 1; !chat.isJoined(); number++) {
            try {
                join(chat, number == 1 ? nickname : nickname + " " + number);
            } catch (XMPPErrorException e) {
                if (e.getStanzaError().getCondition() != Condition.conflict || number == NICKNAMES) {
                    throw e;
                }
            }
        }
        return chat;
    }

    /** A room that isn't there is made; until its maker has said how it shall be, nobody else may enter. */
    private void join(MultiUserChat chat, String as)
            throws SmackException, XMPPException, InterruptedException, XmppStringprepException {
        MucEnterConfiguration.Builder entering =
                chat.getEnterConfigurationBuilder(Resourcepart.from(as)).requestNoHistory();
        roomPassword.ifPresent(entering::withPassword);
        MucCreateConfigFormHandle made = chat.createOrJoin(entering.build());
        if (made != null) {
            made.makeInstant();
        }
    }

    /** Smack keeps for us what is said in the room. */
    private static void forgetWhatOthersSay(MultiUserChat chat) throws SmackException {
        while (chat.pollMessage() != null) {
            // not for us
        }
    }

    private SendFailedException failed(EntityBareJid room, Exception failure) {
        return new SendFailedException(
                "the room " + room + " has not shown the message of " + account + ": " + failure.getMessage(),
                failure,
                isFinal(failure),
                null);
    }

    private static boolean isFinal(Exception failure) {
        if (failure instanceof XMPPErrorException refused) {
            return FINAL.contains(refused.getStanzaError().getCondition());
        }
        return failure instanceof SASLErrorException || failure instanceof NotAMucServiceException;
    }

    private void drop() {
        rooms.clear();
        if (connection != null) {
            connection.instantShutdown();
            connection = null;
        }
    }

    /** Leaves. */
    @Override
    public synchronized void close() {
        if (connection != null) {
            connection.disconnect();
        }
        drop();
    }
}
