package dev.portcullis.hardening;

import dev.portcullis.kit.RawPeer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Sends messages in random fragments, some of them empty, with pings in between, which RFC 6455, 5.4 allows. */
final class Fragments {
    private static final int TEXT = 0x1;
    private static final int CONTINUATION = 0x0;
    private static final int PING = 0x9;
    private static final int LAST = 0x80;

    private final RawPeer peer;
    private final Random random;
    private int pings;

    Fragments(RawPeer peer, Random random) {
        this.peer = peer;
        this.random = random;
    }

    void send(byte[] message) {
        int pieces = random.nextInt(3) > 0 ? 1 : 1 + random.nextInt(6);
        int[] cuts = random.ints(pieces + 1, 0, message.length + 1).sorted().toArray();
        cuts[0] = 0;
        cuts[pieces] = message.length;
        for (int i = 0; i < pieces; i++) {
            int head = (i == 0 ? TEXT : CONTINUATION) | (i == pieces - 1 ? LAST : 0);
            peer.frame(head, Arrays.copyOfRange(message, cuts[i], cuts[i + 1]));
            if (random.nextInt(20) == 0) {
                ping();
            }
        }
    }

    /** The number of pings so far. */
    int pings() {
        return pings;
    }

    private void ping() {
        peer.frame(LAST | PING, ("p" + pings++).getBytes(StandardCharsets.US_ASCII));
    }
}
