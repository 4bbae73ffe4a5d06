package io.caravan.alert;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An XMPP server of a test's own (Debian: prosody) for the domain caravan.test with rooms at rooms.caravan.test, which speaks in TLS only. */
final class Prosody implements AutoCloseable {
    static final String DOMAIN = "caravan.test";
    static final String PASSWORD = "se+cret%&1";

    private static final String KEYSTORE_PASSWORD = "changeit";

    final int port;
    final Path certificate;
    private final Path program;
    private final Path folder;
    private @Nullable Process server;

    Prosody(Path program, Path folder, List<String> accounts) throws Exception {
        this(program, folder, accounts, DOMAIN);
    }

    /** With a certificate of the domain {@code certified}. */
    Prosody(Path program, Path folder, List<String> accounts, String certified) throws Exception {
        this.program = program;
        this.folder = folder;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        certificate = folder.resolve("certificate.pem");
        makeCertificate(certified);
        Path known = Files.createDirectories(folder.resolve("data/caravan%2etest/accounts"));
        for (String account : accounts) {
            Files.writeString(known.resolve(account + ".dat"), "return { [\"password\"] = \"" + PASSWORD + "\"; };\n");
        }
        Files.writeString(folder.resolve("prosody.cfg.lua"), """
                run_as_root = true
                data_path = "%1$s/data"
                pidfile = "%1$s/prosody.pid"
                log = { info = "%1$s/prosody.log" }
                modules_enabled = { "disco", "roster", "saslauth", "tls" }
                modules_disabled = { "s2s" }
                c2s_interfaces = { "127.0.0.1" }
                c2s_ports = { %2$d }
                c2s_require_encryption = true
                authentication = "internal_plain"
                storage = "internal"
                VirtualHost "caravan.test"
                  ssl = { certificate = "%1$s/certificate.pem", key = "%1$s/key.pem" }
                Component "rooms.caravan.test" "muc"
                """.formatted(folder, port));
    }

    static Optional<Path> program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(place -> Path.of(place).resolve("prosody"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private void makeCertificate(String certified) throws Exception {
        Path keys = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=" + certified,
                        "-ext",
                        "SAN=DNS:" + certified,
                        "-alias",
                        "server",
                        "-keystore",
                        keys.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        KEYSTORE_PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        keytool.waitFor();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, KEYSTORE_PASSWORD.toCharArray());
        }
        writePem(
                folder.resolve("key.pem"),
                "PRIVATE KEY",
                store.getKey("server", KEYSTORE_PASSWORD.toCharArray()).getEncoded());
        writePem(certificate, "CERTIFICATE", store.getCertificate("server").getEncoded());
    }

    private static void writePem(Path file, String what, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    }

    void start() throws IOException {
        Process started = new ProcessBuilder(
                        program.toString(),
                        "-F",
                        "--config",
                        folder.resolve("prosody.cfg.lua").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        server = started;
        await().atMost(Duration.ofSeconds(60))
                .failFast("Prosody ended", () -> !started.isAlive())
                .until(this::listens);
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** What it has logged. */
    List<String> log() throws IOException {
        return Files.readAllLines(folder.resolve("prosody.log"));
    }

    void kill() {
        if (server != null) {
            server.destroyForcibly().onExit().join();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
