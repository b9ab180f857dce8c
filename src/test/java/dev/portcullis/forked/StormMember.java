package dev.portcullis.forked;

import dev.portcullis.client.pace.Backoff;
import dev.portcullis.forked.LightSocket.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A member of one room that reconnects and resumes as our clients do, and checks what it gets. */
final class StormMember implements LightSocket.Listener {
    private static final byte[] CHAT = ascii("{\"epoch\":"); // the position comes first
    private static final byte[] JOINED = ascii("{\"type\":\"joined\"");
    private static final byte[] GREETING = ascii("{\"type\":\"auth_success\"");
    private static final byte[] ERROR = ascii("{\"type\":\"error\"");
    private static final byte[] REASON = ascii("\"reason\":\"");
    private static final byte[] QUOTE = ascii("\"");
    private static final byte[] SEQ = ascii("\"seq\":");
    private static final byte[] EPOCH = ascii("\"epoch\":\"");
    private static final byte[] MESSAGES = ascii("\"messages\":[");
    private static final byte[] RECOVERED = ascii("\"recovered\":true");
    private static final byte[] MORE = ascii("\"more\":true");
    private static final byte[] SENT_AT = ascii("\"content\":\"@");

    private final StormLoad load;
    private final String room;
    private final String token;
    private final Backoff backoff;
    private LightSocket socket;
    private String epoch = "";
    private long last;
    private int node;
    private int attempt;
    private boolean joined;
    private boolean displaced;

    StormMember(StormLoad load, int node, String room, String token, Random random) {
        this.load = load;
        this.node = node;
        this.room = room;
        this.token = token;
        this.backoff = new Backoff(Backoff.Bounds.DEFAULT, random);
    }

    String room() {
        return room;
    }

    int node() {
        return node;
    }

    boolean isJoined() {
        return joined;
    }

    /** Whether it lost its connection since the storm began, or is of a node that was killed. */
    boolean isDisplaced() {
        return displaced;
    }

    /** The storm begins, and what it had to try before does not count. */
    void settled() {
        displaced = false;
    }

    /** The position that it has, within the only epoch. */
    long last() {
        return last;
    }

    void dial() {
        int current = ++attempt;
        try {
            socket = LightSocket.dial(load.selector(), load.port(node), token, this);
        } catch (IOException refused) {
            throw new AssertionError(refused);
        }
        load.in(StormLoad.ANSWER_MS, () -> {
            if (current == attempt && !joined) {
                load.count("no answer");
                socket.drop();
                again(0);
            }
        });
    }

    void cut() {
        socket.drop();
        again(0);
    }

    void say(long scheduledAt) {
        socket.send("{\"type\":\"chat\",\"roomId\":\"" + room + "\",\"content\":\"@" + scheduledAt + "\"}");
    }

    @Override
    public void upgraded() {}

    @Override
    public void refused(int status, int retryAfterS) {
        load.count(Integer.toString(status));
        again(retryAfterS * 1_000L);
    }

    @Override
    public void closed() {
        load.count("closed");
        again(0);
    }

    private void again(long serverWaitMs) {
        attempt++;
        boolean wasJoined = joined;
        joined = false;
        displaced = true;
        if (wasJoined) {
            load.lost();
        }
        load.in(serverWaitMs + backoff.next(), () -> {
            node = load.living(node);
            dial();
        });
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        if (Bytes.startsWith(CHAT, bytes, from, to)) {
            live(bytes, from, to);
        } else if (Bytes.startsWith(JOINED, bytes, from, to)) {
            joined(bytes, from, to);
        } else if (Bytes.startsWith(GREETING, bytes, from, to)) {
            socket.send("{\"type\":\"join\",\"roomId\":\"" + room + "\""
                    + (epoch.isEmpty() ? "}" : ",\"since\":{\"epoch\":\"" + epoch + "\",\"seq\":" + last + "}}"));
        } else if (Bytes.startsWith(ERROR, bytes, from, to)) {
            load.count("error " + textOf(REASON, bytes, from, to));
            if (!joined) {
                socket.drop();
                again(0);
            }
        }
    }

    private void live(byte[] bytes, int from, int to) {
        if (record(valueOf(SEQ, bytes, from, to))) {
            load.delivered(this, valueOf(SENT_AT, bytes, from, to));
        }
    }

    private void joined(byte[] bytes, int from, int to) {
        String current = textOf(EPOCH, bytes, from, to);
        long reached = valueOf(SEQ, bytes, from, to);
        int messages = Bytes.find(MESSAGES, bytes, from, to);
        if (epoch.isEmpty()) {
            epoch = current;
            last = reached;
        } else if (!current.equals(epoch) || Bytes.find(RECOVERED, bytes, from, messages) < 0) {
            load.count("resumes that are not exact");
            epoch = current;
            last = reached;
        }
        for (int next = Bytes.find(SEQ, bytes, messages, to); next >= 0; next = Bytes.find(SEQ, bytes, next + 1, to)) {
            record(Bytes.number(bytes, next + SEQ.length));
        }
        if (last != reached) {
            load.count("resumes that are not exact");
        }
        if (!joined && Bytes.find(MORE, bytes, from, to) < 0) {
            joined = true;
            backoff.reset();
            load.entered();
        }
    }

    /** Whether it is the next one. */
    private boolean record(long seq) {
        if (seq <= last) {
            load.count("doubled");
            return false;
        }
        if (seq > last + 1) {
            load.count("out of order");
        }
        last = seq;
        return true;
    }

    private static long valueOf(byte[] name, byte[] bytes, int from, int to) {
        return Bytes.number(bytes, Bytes.find(name, bytes, from, to) + name.length);
    }

    private static String textOf(byte[] name, byte[] bytes, int from, int to) {
        int at = Bytes.find(name, bytes, from, to) + name.length;
        return new String(bytes, at, Bytes.find(QUOTE, bytes, at, to) - at, StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
