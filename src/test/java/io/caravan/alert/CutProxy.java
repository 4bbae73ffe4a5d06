package io.caravan.alert;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands between a client and a server, and can cut the line when something has gone to the server and its answer hasn't come back. */
final class CutProxy implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int server;
    private volatile boolean cut;

    CutProxy(int server) throws IOException {
        this.server = server;
        inBackground(this::serve);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Once: what the server says next reaches nobody. */
    void cutBeforeTheNextAnswer() {
        cut = true;
    }

    private void serve() throws IOException {
        while (true) {
            Socket client = door.accept();
            Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
            inBackground(() -> pass(client, behind, false));
            inBackground(() -> pass(behind, client, true));
        }
    }

    private void pass(Socket from, Socket to, boolean answers) throws IOException {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] some = new byte[8_192];
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                if (answers && cut) {
                    cut = false;
                    return;
                }
                out.write(some, 0, read);
            }
        }
    }

    private interface Job {
        void run() throws IOException;
    }

    private static void inBackground(Job job) {
        Thread thread = new Thread(() -> {
            try {
                job.run();
            } catch (IOException e) {
                // the line is cut
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
