package dev.portcullis.client.selfaudit.attack;

import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A connection on which every byte is the auditor's own. Its reads have a deadline, and what they take has a bound. */
public final class RawSocket implements AutoCloseable {
    private static final int MAX_LINE = 16_384;
    private static final int MAX_LINES = 200;
    private static final int MAX_BODY = 1 << 18;
    private static final int MAX_FRAME = 1 << 20;
    private static final int MAX_TEXTS = 1_000;
    private static final int NO_CODE = 1005;
    private static final String MARK = "portcullis-audit";

    private final Socket socket;
    private final InputStream in;
    private final long patienceNanos;
    private boolean closing;

    /** @param patienceMs how long an answer may take */
    RawSocket(Socket socket, int patienceMs) throws IOException {
        this.socket = socket;
        this.patienceNanos = TimeUnit.MILLISECONDS.toNanos(patienceMs);
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** A frame of the server. */
    private record Received(int opcode, Buffer payload) {
        boolean isControl() {
            return (opcode & 0x8) != 0;
        }

        String text() {
            return payload.toString(StandardCharsets.UTF_8);
        }

        int code() {
            return payload.length() < 2 ? NO_CODE : payload.getUnsignedShort(0);
        }
    }

    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    public void write(String bytes) throws IOException {
        write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends what the server may refuse while it is being sent; what it said about that is still to be read. */
    private void offer(byte[] bytes) {
        try {
            write(bytes);
        } catch (IOException refused) {
            // the answer, or the end of the connection, tells
        }
    }

    /** Sends a request, and returns the answer; empty if the server ended the connection without one. */
    public Optional<HttpAnswer> request(String bytes) throws IOException {
        offer(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return answer(!bytes.startsWith("HEAD "));
    }

    /** The next answer on this connection; empty if it ends. */
    public Optional<HttpAnswer> answer(boolean hasBody) throws IOException {
        long deadline = deadline();
        try {
            String first = line(deadline);
            if (!first.startsWith("HTTP/1.") || first.length() < 12) {
                throw new IOException("the answer is no HTTP");
            }
            int status = Integer.parseInt(first.substring(9, 12));
            List<String> headers = new ArrayList<>();
            for (String line = line(deadline); !line.isEmpty(); line = line(deadline)) {
                headers.add(line);
                if (headers.size() > MAX_LINES) {
                    throw new IOException("the answer has too many header lines");
                }
            }
            HttpAnswer head = new HttpAnswer(status, headers, "");
            if (status == 100) {
                return answer(hasBody);
            }
            boolean isEmpty = !hasBody || head.isUpgraded() || status == 204 || status == 304;
            return Optional.of(isEmpty ? head : new HttpAnswer(status, headers, body(head, deadline)));
        } catch (EOFException | SocketException ended) {
            return Optional.empty();
        } catch (NumberFormatException wrong) {
            throw new IOException("the answer is no HTTP", wrong);
        }
    }

    private String body(HttpAnswer head, long deadline) throws IOException {
        if (head.header("Transfer-Encoding")
                .filter(coding -> coding.toLowerCase(Locale.ROOT).contains("chunked"))
                .isPresent()) {
            StringBuilder body = new StringBuilder();
            while (true) {
                int size = Integer.parseInt(line(deadline).split(";", 2)[0].strip(), 16);
                if (size == 0) {
                    line(deadline);
                    return body.toString();
                }
                body.append(exactly(bounded(body.length() + size) - body.length(), deadline));
                line(deadline);
            }
        }
        int length =
                bounded(head.header("Content-Length").map(Integer::parseInt).orElse(0));
        return exactly(length, deadline);
    }

    private static int bounded(int length) throws IOException {
        if (length < 0 || length > MAX_BODY) {
            throw new IOException("the answer has more than " + MAX_BODY + " bytes");
        }
        return length;
    }

    private String exactly(int count, long deadline) throws IOException {
        return new String(bytes(count, deadline), StandardCharsets.UTF_8);
    }

    /** Sends a well-formed message, and waits for the first text that fits. Empty if the connection ends, or none comes in time. */
    public Optional<String> ask(String message, Predicate<String> wanted) throws IOException {
        offer(WireFrame.text(message));
        return text(wanted);
    }

    /** Waits for a text that fits. Empty if the connection ends, or none comes in time. */
    public Optional<String> text(Predicate<String> wanted) throws IOException {
        long deadline = deadline();
        try {
            for (int i = 0; i < MAX_TEXTS; i++) {
                Received next = frame(deadline);
                if (next.opcode() == WireFrame.CLOSE) {
                    closing = true;
                    return Optional.empty();
                }
                if (next.opcode() == WireFrame.PING) {
                    offer(WireFrame.masked(
                            WireFrame.FIN | WireFrame.PONG, next.payload().getBytes()));
                } else if (!next.isControl() && wanted.test(next.text())) {
                    return Optional.of(next.text());
                }
            }
            return Optional.empty();
        } catch (EOFException | SocketException | SocketTimeoutException none) {
            return Optional.empty();
        }
    }

    /** Whether a close frame came while a text was awaited. */
    public boolean isClosing() {
        return closing;
    }

    /** Sends these bytes and a ping behind them, and returns what the server makes of it. */
    public Reaction provoke(byte[] bytes) throws IOException {
        offer(bytes);
        offer(WireFrame.ping(MARK));
        return reaction(deadline());
    }

    /** Waits for the end of the connection, for at most this time. */
    public Reaction awaitEnd(int waitMs) throws IOException {
        return reaction(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs));
    }

    private Reaction reaction(long deadline) throws IOException {
        List<String> texts = new ArrayList<>();
        try {
            while (texts.size() < MAX_TEXTS) {
                Received next = frame(deadline);
                switch (next.opcode()) {
                    case WireFrame.CLOSE -> {
                        return new Reaction.Closed(next.code(), texts);
                    }
                    case WireFrame.PING ->
                        offer(WireFrame.masked(
                                WireFrame.FIN | WireFrame.PONG, next.payload().getBytes()));
                    case WireFrame.PONG -> {
                        if (next.text().equals(MARK)) {
                            return new Reaction.GoesOn(texts);
                        }
                    }
                    default -> texts.add(next.text());
                }
            }
            return new Reaction.GoesOn(texts);
        } catch (SocketTimeoutException quiet) {
            return new Reaction.Silent(texts);
        } catch (EOFException | SocketException ended) {
            return new Reaction.Ended(texts);
        }
    }

    /** Whether the server ends the connection within this time; what it sends until then is dropped. */
    public boolean endsWithin(int waitMs) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        try {
            while (true) {
                one(deadline);
            }
        } catch (SocketTimeoutException quiet) {
            return false;
        } catch (EOFException | SocketException ended) {
            return true;
        }
    }

    /** The next bytes, up to this number; fewer if the connection ends. */
    byte[] some(int max) throws IOException {
        long deadline = deadline();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            while (bytes.size() < max) {
                bytes.write(one(deadline));
            }
        } catch (EOFException | SocketException ended) {
            // so there are fewer
        }
        return bytes.toByteArray();
    }

    private Received frame(long deadline) throws IOException {
        int head = one(deadline);
        long length = one(deadline) & 0x7F;
        if (length == 126) {
            length = (long) one(deadline) << 8 | one(deadline);
        } else if (length == 127) {
            length = 0;
            for (int i = 0; i < 8; i++) {
                length = length << 8 | one(deadline);
            }
        }
        if (length < 0 || length > MAX_FRAME) {
            throw new IOException("the server sends a frame of more than " + MAX_FRAME + " bytes");
        }
        return new Received(head & 0x0F, Buffer.buffer(bytes((int) length, deadline)));
    }

    private String line(long deadline) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = one(deadline); next != '\n'; next = one(deadline)) {
            if (next != '\r') {
                line.append((char) next);
            }
            if (line.length() > MAX_LINE) {
                throw new IOException("the answer has a line that is too long");
            }
        }
        return line.toString();
    }

    private byte[] bytes(int count, long deadline) throws IOException {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) one(deadline);
        }
        return bytes;
    }

    private int one(long deadline) throws IOException {
        socket.setSoTimeout(left(deadline));
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the server closed");
        }
        return next;
    }

    private long deadline() {
        return System.nanoTime() + patienceNanos;
    }

    private static int left(long deadline) throws SocketTimeoutException {
        long nanos = deadline - System.nanoTime();
        if (nanos <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException gone) {
            // it is closed either way
        }
    }
}
