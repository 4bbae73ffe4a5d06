package io.caravan.alert.xmpp;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;

/**
 * Say something in a room of XMPP, and know that it has arrived.
 *
 * <p>{@code to: xmpp-room:caravan@example.com} says the body in a room. The step ends when the room has shown the message to all who are in it; what it hasn't shown in time is a failure, to be tried again.
 * The connection is kept, and made anew after a failure.
 */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "xmpp-room",
        title = "XMPP Room",
        syntax = "xmpp-room:account",
        producerOnly = true,
        category = {Category.CHAT})
public class XmppRoomEndpoint extends DefaultEndpoint {
    @UriPath(description = "The XMPP address that speaks, such as caravan@example.com")
    @Metadata(required = true)
    private final String account;

    @UriParam(label = "security", secret = true, description = "The account's password")
    private @Nullable String password;

    @UriParam(
            description =
                    "Where the server of the account's domain listens. Without it, as the domain's SRV records say")
    private @Nullable String host;

    @UriParam(defaultValue = "5222", description = "Port of the host")
    private int port = 5222;

    @UriParam(
            defaultValue = "${exchangeProperty.CaravanAlertAddress}",
            description = "The room's address, such as ops@rooms.example.com, in the simple language")
    private String room = "${exchangeProperty.CaravanAlertAddress}";

    @UriParam(label = "security", secret = true, description = "Password of a room that asks for one")
    private @Nullable String roomPassword;

    @UriParam(defaultValue = "Caravan", description = "Name in the room. Where somebody else has it, a number is added")
    private String nickname = "Caravan";

    @UriParam(
            label = "security",
            defaultValue = "true",
            description =
                    "Whether the connection must be encrypted (STARTTLS) before anything is said. Otherwise it never is: for a server on the same machine only")
    private boolean tls = true;

    @UriParam(
            label = "security",
            description =
                    "File of the certificates, in PEM, that are trusted instead of the JVM's: the server's own, or that of who signed it")
    private @Nullable String certificate;

    public XmppRoomEndpoint(String uri, XmppRoomComponent component, String account) {
        super(uri, component);
        this.account = account;
    }

    XmppSession session() throws XmppStringprepException {
        if (password == null) {
            throw new IllegalArgumentException("xmpp-room:" + account + " needs the option password; set it");
        }
        XmppAccount speaker = new XmppAccount(
                JidCreate.entityBareFrom(account),
                password,
                text(host),
                port,
                tls,
                text(certificate).map(Path::of));
        return new XmppSession(speaker, nickname, text(roomPassword));
    }

    private static Optional<String> text(@Nullable String value) {
        return Optional.ofNullable(value).filter(given -> !given.isBlank());
    }

    @Override
    public Producer createProducer() throws XmppStringprepException {
        return new XmppRoomProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "from: xmpp-room isn't there: what people say in a room is not read; use to: xmpp-room");
    }

    public String getAccount() {
        return account;
    }

    public @Nullable String getPassword() {
        return password;
    }

    /** The account's password. */
    public void setPassword(@Nullable String password) {
        this.password = password;
    }

    public @Nullable String getHost() {
        return host;
    }

    /** Where the server listens. */
    public void setHost(@Nullable String host) {
        this.host = host;
    }

    public int getPort() {
        return port;
    }

    /** Port of the host. */
    public void setPort(int port) {
        this.port = port;
    }

    public String getRoom() {
        return room;
    }

    /** The room's address. */
    public void setRoom(String room) {
        this.room = room;
    }

    public @Nullable String getRoomPassword() {
        return roomPassword;
    }

    /** Password of a room that asks for one. */
    public void setRoomPassword(@Nullable String roomPassword) {
        this.roomPassword = roomPassword;
    }

    public String getNickname() {
        return nickname;
    }

    /** Name in the room. */
    public void setNickname(String nickname) {
        this.nickname = nickname;
    }

    public boolean isTls() {
        return tls;
    }

    /** Whether the connection must be encrypted. */
    public void setTls(boolean tls) {
        this.tls = tls;
    }

    public @Nullable String getCertificate() {
        return certificate;
    }

    /** File of the certificates that are trusted. */
    public void setCertificate(@Nullable String certificate) {
        this.certificate = certificate;
    }
}
