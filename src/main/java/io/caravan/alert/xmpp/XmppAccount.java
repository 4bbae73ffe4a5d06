package io.caravan.alert.xmpp;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.jivesoftware.smack.ConnectionConfiguration.SecurityMode;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jxmpp.jid.EntityBareJid;

/**
 * Who speaks, and where its server is.
 *
 * @param address such as caravan@example.com
 * @param host where the server of the address's domain listens; empty: as the domain's SRV records say
 * @param port of the host
 * @param tls whether nothing may be said before the connection is encrypted; without, it never is
 * @param certificate file of the certificates, in PEM, that are trusted instead of the JVM's
 */
record XmppAccount(
        EntityBareJid address,
        String password,
        Optional<String> host,
        int port,
        boolean tls,
        Optional<Path> certificate) {
    private static final int CONNECT_MILLIS = 5_000;

    /** How to connect: silent until it is in a room, so that nobody's messages are kept for it or sent to it. */
    XMPPTCPConnectionConfiguration connection() throws IOException, GeneralSecurityException {
        XMPPTCPConnectionConfiguration.Builder connection = XMPPTCPConnectionConfiguration.builder()
                .setXmppAddressAndPassword(address, password)
                .setPort(port)
                .setConnectTimeout(CONNECT_MILLIS)
                .setSendPresence(false)
                .setSecurityMode(tls ? SecurityMode.required : SecurityMode.disabled);
        if (host.isPresent()) {
            connection.setHostAddress(InetAddress.getByName(host.get()));
        }
        if (certificate.isPresent()) {
            connection.setCustomX509TrustManager(TrustedCertificates.in(certificate.get()));
        }
        return connection.build();
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
