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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection on which every byte is the auditor's own. Its reads have a deadline, and what they take has a bound. */
public final class RawSocket implements AutoCloseable {
    private static final int MAX_LINE = 16_384;
    private static final int MAX_LINES = 200;
    private static final int MAX_BODY = 1 << 18;
    private static final int MAX_FRAME = 1 << 20;
    private static final int MAX_TEXTS = 1_000;
    private static final int MAX_TEXT_LENGTH = 1 << 22;

    /** Answers to pings of a server that may not read them: fewer bytes than a socket takes without a wait. */
    private static final int MAX_PONGS = 100;

    private static final int MAX_CONTROL = 125;
    private static final int MAX_INTERIM = 10;
    private static final int NO_CODE = 1005;
    private static final String MARK = "portcullis-audit";
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?![0-9])");

    private final Socket socket;
    private final InputStream in;
    private final long patienceNanos;
    private final Runnable heard;
    private boolean closing;
    private int pongs;

    /**
     * @param patienceMs how long an answer may take
     * @param heard is told of each byte
     */
    RawSocket(Socket socket, int patienceMs, Runnable heard) throws IOException {
        this.heard = heard;
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

    /** Whether these bytes could be sent; false if the connection is over. */
    public boolean isWritten(String bytes) {
        try {
            write(bytes);
            return true;
        } catch (IOException ended) {
            return false;
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
            HttpAnswer head = head(deadline);
            for (int interim = 0; isInterim(head); interim++) {
                if (interim == MAX_INTERIM) {
                    throw new IOException("the answer begins again and again");
                }
                head = head(deadline);
            }
            boolean isEmpty = !hasBody || head.isUpgraded() || head.status() == 204 || head.status() == 304;
            return Optional.of(isEmpty ? head : new HttpAnswer(head.status(), head.headers(), body(head, deadline)));
        } catch (EOFException | SocketException ended) {
            return Optional.empty();
        } catch (NumberFormatException wrong) {
            throw new IOException("the answer is no HTTP", wrong);
        }
    }

    private static boolean isInterim(HttpAnswer head) {
        return head.status() < 200 && !head.isUpgraded();
    }

    private HttpAnswer head(long deadline) throws IOException {
        Matcher first = STATUS_LINE.matcher(line(deadline));
        if (!first.lookingAt()) {
            throw new IOException("the answer is no HTTP");
        }
        List<String> headers = new ArrayList<>();
        for (String line = line(deadline); !line.isEmpty(); line = line(deadline)) {
            headers.add(line);
            if (headers.size() > MAX_LINES) {
                throw new IOException("the answer has too many header lines");
            }
        }
        return new HttpAnswer(Integer.parseInt(first.group(1)), headers, "");
    }

    /** As much of the body as comes, up to a bound: what a server shows at its beginning is shown (RFC 9112 section 6.3). */
    private String body(HttpAnswer head, long deadline) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Optional<String> length = head.header("Content-Length");
        try {
            if (head.header("Transfer-Encoding")
                    .filter(coding -> coding.toLowerCase(Locale.ROOT).contains("chunked"))
                    .isPresent()) {
                for (int size = chunkSize(deadline); size > 0 && body.size() < MAX_BODY; size = chunkSize(deadline)) {
                    read(body, size, deadline);
                    line(deadline);
                }
            } else if (length.isPresent()) {
                read(body, Long.parseLong(length.get()), deadline);
            } else {
                readToEnd(body, deadline);
            }
        } catch (EOFException | SocketException ended) {
            // it has what came
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private int chunkSize(long deadline) throws IOException {
        return Integer.parseInt(line(deadline).split(";", 2)[0].strip(), 16);
    }

    private void read(ByteArrayOutputStream body, long count, long deadline) throws IOException {
        for (long left = Math.min(count, MAX_BODY - body.size()); left > 0; left--) {
            body.write(one(deadline));
        }
    }

    /** A server may leave the connection open behind an answer that has neither a length nor a body. */
    private void readToEnd(ByteArrayOutputStream body, long deadline) throws IOException {
        try {
            read(body, MAX_BODY, deadline);
        } catch (SocketTimeoutException quiet) {
            if (body.size() > 0) {
                throw quiet;
            }
        }
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
                    pong(next);
                } else if (!next.isControl() && wanted.test(next.text())) {
                    return Optional.of(next.text());
                }
            }
            return Optional.empty();
        } catch (EOFException | SocketException | SocketTimeoutException none) {
            return Optional.empty();
        }
    }

    private void pong(Received ping) throws IOException {
        pongs++;
        if (pongs > MAX_PONGS || ping.payload().length() > MAX_CONTROL) {
            throw new IOException("the server floods with pings");
        }
        offer(WireFrame.masked(WireFrame.FIN | WireFrame.PONG, ping.payload().getBytes()));
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
        int length = 0;
        try {
            while (texts.size() < MAX_TEXTS && length < MAX_TEXT_LENGTH) {
                Received next = frame(deadline);
                switch (next.opcode()) {
                    case WireFrame.CLOSE -> {
                        return new Reaction.Closed(next.code(), texts);
                    }
                    case WireFrame.PING -> pong(next);
                    case WireFrame.PONG -> {
                        if (next.text().equals(MARK)) {
                            return new Reaction.GoesOn(texts);
                        }
                    }
                    default -> {
                        texts.add(next.text());
                        length += next.payload().length();
                    }
                }
            }
            throw new IOException("the server sends more texts than were asked for");
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
        heard.run();
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
