package dev.portcullis.kit;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A client that writes raw bytes, for input that no correct client sends. */
public final class RawPeer implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int CLOSE = 0x8;

    private final Socket socket;
    private final InputStream in;

    private RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.socket.setSoTimeout(PATIENCE_MS);
        this.socket.setTcpNoDelay(true);
        this.in = socket.getInputStream();
    }

    /** The response to an HTTP request. */
    public record Reply(int status, List<String> headers, String body) {
        public String header(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return headers.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    /** A received frame. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Frame(boolean last, int opcode, byte[] payload, boolean deflated) {
        public boolean isText() {
            return opcode == TEXT;
        }

        public String text() {
            return new String(deflated ? Deflated.inflate(payload) : payload, StandardCharsets.UTF_8);
        }

        public int closeCode() {
            return payload.length < 2 ? 1005 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        }

        public String closeReason() {
            return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    /** The end of a connection: the messages before the close frame, and the close frame. */
    public record Ending(List<JsonObject> words, int code, String reason) {
        public JsonObject lastWord() {
            return words.get(words.size() - 1);
        }
    }

    public static RawPeer to(int port) {
        try {
            return over(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** Uses an open connection, for example one with TLS or a small buffer. */
    public static RawPeer over(Socket socket) {
        try {
            return new RawPeer(socket);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** Sends an upgrade request with these additional header lines. */
    public Reply upgrade(String... headers) {
        StringBuilder request = new StringBuilder("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + socket.getPort()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request(request.append("\r\n").toString());
    }

    public Reply request(String bytes) {
        write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        int status = Integer.parseInt(line().substring(9, 12));
        List<String> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            headers.add(line);
        }
        Reply head = new Reply(status, headers, "");
        String length = head.header("Content-Length");
        return length.isEmpty() || status == 101 || bytes.startsWith("HEAD ")
                ? head
                : new Reply(status, headers, new String(exactly(Integer.parseInt(length)), StandardCharsets.UTF_8));
    }

    public void text(String text) {
        frame(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a masked frame with this first byte. */
    public void frame(int head, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            out.write(0x80 | 126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) payload.length >> shift));
            }
        }
        byte[] mask = {1, 2, 3, 4};
        out.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ mask[i % 4]);
        }
        write(out.toByteArray());
    }

    public void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    public Frame read() {
        int head = one();
        int length = one() & 0x7F;
        if (length == 126) {
            length = one() << 8 | one();
        } else if (length == 127) {
            length = Arrays.hashCode(exactly(4)) == Arrays.hashCode(new byte[4])
                    ? one() << 24 | one() << 16 | one() << 8 | one()
                    : -1;
        }
        return new Frame((head & 0x80) != 0, head & 0x0F, exactly(length), (head & 0x40) != 0);
    }

    /** Reads the next message and asserts its type. */
    public JsonObject next(String type) {
        Frame frame = read();
        while (frame.opcode() != TEXT && frame.opcode() != CLOSE) {
            frame = read();
        }
        if (frame.opcode() == CLOSE) {
            throw new AssertionError("expected " + type + " but was closed " + frame.closeCode());
        }
        JsonObject message = message(frame);
        if (!type.equals(message.getString("type"))) {
            throw new AssertionError("expected " + type + " but received " + message);
        }
        return message;
    }

    /** Reads everything up to the close frame. */
    public Ending ending() {
        List<JsonObject> words = new ArrayList<>();
        for (Frame frame = read(); ; frame = read()) {
            if (frame.opcode() == CLOSE) {
                return new Ending(words, frame.closeCode(), frame.closeReason());
            }
            if (frame.opcode() == TEXT) {
                words.add(message(frame));
            }
        }
    }

    /** Reads up to the close frame and returns its code. */
    public int closeCode() {
        return ending().code();
    }

    /** Reads to the end; returns whether the server has closed the TCP connection in time. */
    public boolean isCutOff() {
        return isCutOffWhile(() -> {});
    }

    /** Like {@link #isCutOff}, while an action is repeated. */
    public boolean isCutOffWhile(Runnable step) {
        long until = System.nanoTime() + PATIENCE_MS * 1_000_000L;
        try {
            socket.setSoTimeout(50);
            while (System.nanoTime() - until < 0) {
                step.run();
                if (isAtEnd()) {
                    return true;
                }
            }
            socket.setSoTimeout(PATIENCE_MS);
            return false;
        } catch (IOException | UncheckedIOException reset) {
            return true;
        }
    }

    /** Reads the bytes up to the end of the TCP connection. */
    public String rest() {
        try {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketTimeoutException open) {
            throw new UncheckedIOException(open);
        } catch (IOException reset) {
            return "";
        }
    }

    /** Reads the available bytes. A short silence is not the end. */
    private boolean isAtEnd() throws IOException {
        try {
            while (in.read() >= 0) {
                // to the end
            }
            return true;
        } catch (SocketTimeoutException quiet) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Assembles a message from its fragments. */
    private JsonObject message(Frame first) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (first.deflated()) {
            return new JsonObject(first.text()); // the server does not divide what it compresses
        }
        all.writeBytes(first.payload());
        for (boolean last = first.last(); !last; ) {
            Frame next = read();
            if (next.opcode() == CONTINUATION) {
                all.writeBytes(next.payload());
                last = next.last();
            }
        }
        return new JsonObject(all.toString(StandardCharsets.UTF_8));
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (int c = one(); c != '\n'; c = one()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private byte[] exactly(int count) {
        try {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new EOFException("the server closed");
            }
            return bytes;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private int one() {
        try {
            int value = in.read();
            if (value < 0) {
                throw new EOFException("the server closed");
            }
            return value;
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
