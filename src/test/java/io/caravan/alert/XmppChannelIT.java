package io.caravan.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smack.util.TLSUtils;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;

/** What the channel says is read in a room of a real server. Skipped where there is none (Debian: prosody). */
class XmppChannelIT {
    private static final String ROOM = "ops@rooms.caravan.test";
    private static final String TRUSTED = "certificate={{xmpp.certificate}}";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Prosody server;

    @BeforeEach
    void start() throws Exception {
        Optional<Path> program = Prosody.program();
        assumeTrue(program.isPresent(), "There is no XMPP server; on Debian: apt-get install prosody");
        server = new Prosody(
                program.get(), Files.createDirectory(folder.resolve("prosody")), List.of("caravan", "reader"));
        server.start();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void peopleInTheRoomReadTheAlertAndItsRecovery() throws Exception {
        try (ChannelKit channel = channel("accountPassword={{xmpp.password}}", TRUSTED);
                Reader reader = new Reader("Anna")) {
            channel.send(fresh(Messages.firing(ROOM)));
            channel.send(fresh(Messages.later(MessageKind.RESOLVED, ROOM, null)));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(reader.read).hasSize(2));
            assertThat(reader.read.get(0)).startsWith("Caravan: 🔴 Critical: acme/1 is silent\n#1 ");
            assertThat(reader.read.get(1)).startsWith("Caravan: ✅ Resolved: acme/1 is silent\n");
            assertThat(channel.brokenTexts).isEmpty();
        }
    }

    @Test
    void textsArriveAsTheyAreAndAreCutToWhatPeopleRead() throws Exception {
        try (ChannelKit channel = channel("accountPassword={{xmpp.password}}", TRUSTED);
                Reader reader = new Reader("Anna")) {
            channel.send(fresh(Messages.nasty(ROOM)));
            channel.send(fresh(Messages.huge(ROOM)));
            channel.send(fresh(Messages.of(
                    MessageKind.FIRING,
                    ROOM,
                    null,
                    List.of(Messages.incident(1, "bell\u0007, half\uD83D", Map.of())))));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(reader.read).hasSize(3));
            assertThat(reader.read.get(0)).contains("5 < 6 & 7 > \"4\" 'x' \\ *bold* _it_ `code` ~no~", "🚚 é");
            assertThat(reader.read.get(1)).hasSizeLessThanOrEqualTo("Caravan: ".length() + 4_000);
            assertThat(reader.read.get(2)).contains("bell\uFFFD, half").doesNotContain("\u0007");
        }
    }

    @Test
    void aMessageThatFailedWhileTheServerWasAwayArrivesWhenItIsBack() throws Exception {
        try (ChannelKit channel = channel("accountPassword={{xmpp.password}}", TRUSTED)) {
            channel.send(fresh(Messages.firing(ROOM)));
            server.kill();
            assertThat(channel.refusal(Messages.firing(ROOM)).isPermanent()).isFalse();
            server.start();
            try (Reader reader = new Reader("Anna")) {
                channel.send(fresh(Messages.firing(ROOM)));
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(reader.read).hasSize(1));
            }
        }
    }

    @Test
    void aMessageWhoseEchoWasLostIsNotSaidTwice() throws Exception {
        try (CutProxy proxy = new CutProxy(server.port);
                ChannelKit channel = channel(proxy.port(), "accountPassword={{xmpp.password}}", TRUSTED);
                Reader reader = new Reader("Anna", ROOM, false)) {
            channel.send(fresh(Messages.firing(ROOM)));
            Delivery delivery = fresh(Messages.firing(ROOM));
            proxy.cutBeforeTheNextAnswer();
            assertThat(channel.refusal(delivery).isPermanent()).isFalse();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(reader.read).hasSize(2));
            channel.send(delivery);
            channel.send(fresh(Messages.later(MessageKind.RESOLVED, ROOM, null)));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(reader.read).anyMatch(text -> text.contains("✅")));
            assertThat(reader.read).hasSize(3);
        }
    }

    @Test
    void aRoomThatLetsNobodyInIsFinalAndLeavesTheOthersAlone() throws Exception {
        try (ChannelKit channel = channel("accountPassword={{xmpp.password}}", TRUSTED);
                Reader anna = new Reader("Anna");
                Reader closed = new Reader("Anna", "closed@rooms.caravan.test", true)) {
            channel.send(fresh(Messages.firing(ROOM)));
            assertThat(channel.refusal(Messages.firing("closed@rooms.caravan.test"))
                            .isPermanent())
                    .isTrue();
            channel.send(fresh(Messages.firing(ROOM)));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(anna.read).hasSize(2));
            assertThat(closed.read).isEmpty();
            assertThat(server.log())
                    .filteredOn(line -> line.contains("Authenticated as caravan@"))
                    .hasSize(1);
        }
    }

    @Test
    void aNicknameThatSomebodyHasGetsANumber() throws Exception {
        try (ChannelKit channel = channel("accountPassword={{xmpp.password}}", TRUSTED);
                Reader reader = new Reader("Caravan")) {
            channel.send(fresh(Messages.firing(ROOM)));
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(reader.read).singleElement().asString().startsWith("Caravan 2: "));
        }
    }

    @Test
    void aServerWhoseCertificateNobodyTrustsIsToldNothing() throws Exception {
        try (ChannelKit channel = channel()) {
            assertThat(channel.refusal(Messages.firing(ROOM)))
                    .hasMessageContaining("certification path")
                    .hasMessageNotContaining(Prosody.PASSWORD);
        }
    }

    @Test
    void aCertificateOfAnotherDomainIsNotTrusted() throws Exception {
        server.close();
        server = new Prosody(
                Prosody.program().orElseThrow(),
                Files.createDirectory(folder.resolve("other")),
                List.of("caravan"),
                "elsewhere.test");
        server.start();
        try (ChannelKit channel = channel("accountPassword={{xmpp.password}}", TRUSTED)) {
            assertThat(channel.refusal(Messages.firing(ROOM))).hasMessageContaining(Prosody.DOMAIN);
        }
        assertThat(server.log()).noneMatch(line -> line.contains("Authenticated"));
    }

    @Test
    void aWrongPasswordAndAnAddressThatIsNoRoomAreFinal() throws Exception {
        try (ChannelKit channel = channel("accountPassword=wrong", TRUSTED)) {
            assertThat(channel.refusal(Messages.firing(ROOM)).isPermanent()).isTrue();
            assertThat(channel.refusal(Messages.firing("nowhere")).isPermanent())
                    .isTrue();
        }
    }

    private ChannelKit channel() throws Exception {
        return channel("accountPassword={{xmpp.password}}", "nickname=Caravan");
    }

    private ChannelKit channel(String password, String more) throws Exception {
        return channel(server.port, password, more);
    }

    private ChannelKit channel(int port, String password, String more) throws Exception {
        return new ChannelKit(
                Files.createDirectory(folder.resolve("channels")),
                Map.of(
                        "xmpp.port", String.valueOf(port),
                        "xmpp.password", Prosody.PASSWORD,
                        "xmpp.certificate", server.certificate.toString()),
                ChannelKit.channel(
                        "channel-xmpp",
                        "account=caravan@" + Prosody.DOMAIN,
                        "xmppHost=127.0.0.1",
                        "xmppPort={{xmpp.port}}",
                        password,
                        more));
    }

    /** As a message of its own: those of tests all have the same id. */
    private static Delivery fresh(Delivery delivery) {
        return new Delivery(
                UUID.randomUUID(),
                delivery.group(),
                delivery.receiver(),
                delivery.channel(),
                delivery.address(),
                delivery.severity(),
                delivery.kind(),
                delivery.message(),
                delivery.fallback(),
                delivery.signalAt(),
                delivery.queuedAt(),
                delivery.revision(),
                delivery.tries(),
                delivery.thread());
    }

    /** Somebody in the room. */
    private final class Reader implements AutoCloseable {
        /** Who has said what. */
        final List<String> read = new CopyOnWriteArrayList<>();

        private final XMPPTCPConnection connection;

        Reader(String nickname) throws Exception {
            this(nickname, ROOM, false);
        }

        Reader(String nickname, String address, boolean membersOnly) throws Exception {
            connection = new XMPPTCPConnection(XMPPTCPConnectionConfiguration.builder()
                    .setXmppAddressAndPassword("reader@" + Prosody.DOMAIN, Prosody.PASSWORD)
                    .setHostAddress(InetAddress.getLoopbackAddress())
                    .setPort(server.port)
                    .setCustomX509TrustManager(new TLSUtils.AcceptAllTrustManager())
                    .build());
            connection.connect().login();
            MultiUserChat room =
                    MultiUserChatManager.getInstanceFor(connection).getMultiUserChat(JidCreate.entityBareFrom(address));
            room.addMessageListener(message -> {
                // a room's subject comes as a message without a body
                if (message.getBody() != null) {
                    read.add(message.getFrom().getResourceOrEmpty() + ": " + message.getBody());
                }
            });
            MultiUserChat.MucCreateConfigFormHandle made =
                    room.createOrJoin(room.getEnterConfigurationBuilder(Resourcepart.from(nickname))
                            .requestNoHistory()
                            .build());
            if (made != null && membersOnly) {
                made.getConfigFormManager().makeMembersOnly().submitConfigurationForm();
            } else if (made != null) {
                made.makeInstant();
            }
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }
}
