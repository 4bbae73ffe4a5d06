package io.caravan.alert.xmpp;

import io.caravan.alert.SendFailedException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jivesoftware.smack.SmackException;
import org.jivesoftware.smack.SmackException.NoResponseException;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.XMPPException.XMPPErrorException;
import org.jivesoftware.smack.packet.StanzaError.Condition;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.sasl.SASLError;
import org.jivesoftware.smack.sasl.SASLErrorException;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smackx.muc.MultiUserChatException.NotAMucServiceException;
import org.jivesoftware.smackx.ping.PingManager;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.EntityBareJid;

/**
 * One connection to a server, kept from message to message, and the rooms that it is in. What a room refuses is that room's matter; after any other failure the next message makes a new connection, as nobody
 * can tell what an old one is good for.
 *
 * <p>Rooms don't wait for one another. Every answer is waited for 15 s at most.
 */
final class XmppSession implements AutoCloseable {
    private static final int ANSWER_MILLIS = 15_000;
    private static final int PING_MILLIS = 5_000;

    /** Sooner than firewalls forget a connection on which nothing is said. */
    private static final int PING_SECONDS = 60;

    /** A room that says so will say it again. */
    private static final Set<Condition> FINAL = EnumSet.of(
            Condition.forbidden,
            Condition.jid_malformed,
            Condition.not_allowed,
            Condition.not_authorized,
            Condition.registration_required);

    /** What Smack warns of, with traces, is in our exceptions. Held here, as the JDK forgets levels of loggers that nobody holds. */
    private static final Logger SMACK = Logger.getLogger("org.jivesoftware.smack");

    static {
        SMACK.setLevel(Level.SEVERE);
    }

    private final XmppAccount account;
    private final String nickname;
    private final Optional<String> roomPassword;
    private final Map<EntityBareJid, XmppRoom> rooms = new HashMap<>();
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
    void say(EntityBareJid address, String id, String text) throws SendFailedException {
        XMPPTCPConnection open = null;
        boolean usable = false;
        try {
            open = open();
            room(open, address).say(id, text);
            usable = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(address, e);
        } catch (SmackException | XMPPException | IOException | GeneralSecurityException e) {
            usable = open != null && isTheRoomsMatter(e, open);
            throw failed(address, e);
        } finally {
            if (!usable) {
                drop(open);
            }
        }
    }

    private synchronized XMPPTCPConnection open()
            throws SmackException, XMPPException, IOException, GeneralSecurityException, InterruptedException {
        XMPPTCPConnection known = connection;
        if (known != null && known.isAuthenticated()) {
            return known;
        }
        drop(known);
        XMPPTCPConnection open = new XMPPTCPConnection(account.connection());
        open.setReplyTimeout(ANSWER_MILLIS);
        // a session that the server keeps for us after a break would hold our nickname
        open.setUseStreamManagement(false);
        // nobody writes to us; and while it is under way, Smack lets what rooms say wait for it
        Roster.getInstanceFor(open).setRosterLoadedAtLogin(false);
        PingManager.getInstanceFor(open).setPingInterval(PING_SECONDS);
        try {
            open.connect().login();
            connection = open;
            return open;
        } finally {
            if (connection != open) {
                open.instantShutdown();
            }
        }
    }

    private synchronized XmppRoom room(XMPPTCPConnection open, EntityBareJid address) {
        return open == connection
                ? rooms.computeIfAbsent(address, to -> new XmppRoom(open, to, nickname, roomPassword))
                : new XmppRoom(open, address, nickname, roomPassword);
    }

    /** Whether the connection is good although the message failed: the server has said no, or is there while the room isn't. */
    private static boolean isTheRoomsMatter(Exception failure, XMPPTCPConnection open) {
        if (failure instanceof XMPPErrorException refused) {
            // so a room answers whom it has put out without a word
            return refused.getStanzaError().getCondition() != Condition.not_acceptable;
        }
        return failure instanceof NotAMucServiceException || (failure instanceof NoResponseException && answers(open));
    }

    private static boolean answers(XMPPTCPConnection open) {
        try {
            return PingManager.getInstanceFor(open).pingMyServer(false, PING_MILLIS);
        } catch (SmackException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private SendFailedException failed(EntityBareJid room, Exception failure) {
        return new SendFailedException(
                "the room " + room + " has not shown the message of " + account + ": " + failure.getMessage(),
                failure,
                isFinal(failure),
                null);
    }

    /** A room that isn't there (item-not-found) may just be being made by somebody else. */
    private static boolean isFinal(Exception failure) {
        if (failure instanceof XMPPErrorException refused) {
            return FINAL.contains(refused.getStanzaError().getCondition());
        }
        if (failure instanceof SASLErrorException refused) {
            return refused.getSASLFailure().getSASLError() != SASLError.temporary_auth_failure;
        }
        return failure instanceof NotAMucServiceException;
    }

    private synchronized void drop(@Nullable XMPPTCPConnection broken) {
        if (broken == null) {
            return;
        }
        if (broken == connection) {
            connection = null;
            rooms.clear();
        }
        broken.instantShutdown();
    }

    /** Leaves. */
    @Override
    public synchronized void close() {
        if (connection != null) {
            connection.disconnect();
        }
        drop(connection);
    }
}
