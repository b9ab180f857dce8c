package dev.portcullis.http.outgoing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server over a plain socket, which answers each request as its script says. */
final class NastyServer implements AutoCloseable {
    static final String NONCE = "{nonce}";

    private final ServerSocket listener;
    private final Script script;
    private final boolean keeping;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /** Writes the answer, well-formed or not. */
    interface Script {
        void answer(OutputStream out) throws IOException;
    }

    /** Ends each connection after its first answer. */
    NastyServer(Script script) {
        this(script, false);
    }

    private NastyServer(Script script, boolean keeping) {
        this.script = script;
        this.keeping = keeping;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        daemon(this::accept);
    }

    static NastyServer answering(String text) {
        return new NastyServer(out -> out.write(text.getBytes(ISO_8859_1)));
    }

    /**
     * Ends a connection when its script fails, or the client ends it. {@link #NONCE} in an answer stands for that of the
     * request.
     */
    static NastyServer keeping(Script script) {
        return new NastyServer(script, true);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The head and body of each request so far. */
    List<String> requests() {
        return requests;
    }

    /** Connections so far. */
    int connections() {
        return open.size();
    }

    /** Whether the client has ended each connection. */
    boolean isLeft() {
        return open.stream().allMatch(Socket::isClosed);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            do {
                StringBuilder read = new StringBuilder();
                while (!isWhole(read)) {
                    int next = socket.getInputStream().read();
                    if (next < 0) {
                        return;
                    }
                    read.append((char) next);
                }
                requests.add(read.toString());
                script.answer(naming(nonceOf(read), socket.getOutputStream()));
            } while (keeping);
        } catch (IOException gone) {
            // the client has what it wanted, or gave up
        }
    }

    private static String nonceOf(StringBuilder read) {
        return read.toString().split("(?i)portcullis-request: ", -1)[1].split("\r", 2)[0];
    }

    private static OutputStream naming(String nonce, OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes) throws IOException {
                out.write(new String(bytes, ISO_8859_1).replace(NONCE, nonce).getBytes(ISO_8859_1));
            }
        };
    }

    private static boolean isWhole(StringBuilder read) {
        int head = read.indexOf("\r\n\r\n");
        if (head < 0) {
            return false;
        }
        String lower = read.substring(0, head).toLowerCase(Locale.ROOT);
        int length = lower.indexOf("content-length: ");
        int expected =
                length < 0 ? 0 : Integer.parseInt(lower.substring(length + 16).split("\r", 2)[0]);
        return read.length() >= head + 4 + expected;
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "nasty-server");
        thread.setDaemon(true);
        thread.start();
    }
}
