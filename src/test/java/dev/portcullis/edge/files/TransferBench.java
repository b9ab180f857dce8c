package dev.portcullis.edge.files;

import dev.portcullis.edge.files.UnreadDownloads.Attacker;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Prints how long an honest user waits for an upload and a download of a megabyte, first tries and repeats after 503 together,
 * beside attackers with eight sockets each that never read their downloads and come again half a second after they are cut off. Eight of them
 * share an address; the honest user has one of their own, or that of the first eight. Run it by hand.
 */
final class TransferBench {
    private static final int SOCKETS = 8;
    private static final int OF_ADDRESS = 8;
    private static final int LARGE = 26_214_400;
    private static final String TEXT = "x".repeat(1_000_000);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private TransferBench() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        for (int attackers : List.of(0, 1, 10, 100)) {
            Path folder = Files.createTempDirectory("transfer-bench");
            try (TestNode node = TestNode.generous("uploads.kind=disk", "uploads.folder=" + folder)) {
                measure(node, attackers, rounds);
            }
        }
        System.exit(0);
    }

    private static void measure(TestNode node, int attackers, int rounds) {
        try (FilePeer owner = new FilePeer(node, node.token("owner"))) {
            owner.chat().join("lobby");
            String file = owner.upload("lobby", "x".repeat(LARGE));
            List<Attacker> all = IntStream.range(0, attackers)
                    .mapToObj(i -> Attacker.of(address(1 + i / OF_ADDRESS), file, node.token("attacker" + i)))
                    .toList();
            try (UnreadDownloads unread = UnreadDownloads.open(node.port(), all, SOCKETS)) {
                Await.until(() -> unread.held() >= Math.min(32, attackers * SOCKETS));
                Await.pass(Duration.ofSeconds(3));
                for (int address : List.of(0, 1)) {
                    honest(node, unread, attackers, rounds, address);
                }
            }
        }
    }

    private static void honest(TestNode node, UnreadDownloads unread, int attackers, int rounds, int address) {
        List<Long> uploads = new ArrayList<>();
        List<Long> downloads = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            String user = "honest" + address + "x" + round;
            try (FilePeer peer = new FilePeer(node, node.token(user))) {
                peer.chat().join("lobby");
                JsonObject ticket = peer.ticket("lobby", TEXT);
                String put = "PUT " + ticket.getString("uploadUrl") + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + TEXT.length() + "\r\n\r\n" + TEXT;
                uploads.add(timed(() -> status(node, address, put) == 201));
                String get = "GET /api/files/" + ticket.getString("fileId")
                        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + node.token(user) + "\r\n\r\n";
                downloads.add(timed(() -> status(node, address, get) == 200));
            }
        }
        System.out.printf(
                "%d attackers hold %d sockets; honest user at %s: upload %s, download %s%n",
                attackers,
                unread.held(),
                address == 0 ? "an address of their own" : "the address of attackers",
                summary(uploads),
                summary(downloads));
    }

    private static String summary(List<Long> millis) {
        List<Long> done = millis.stream().filter(each -> each >= 0).sorted().toList();
        return done.isEmpty()
                ? "none of " + millis.size() + " within " + PATIENCE.toSeconds() + " s"
                : done.size() + " of " + millis.size() + ", median " + done.get(done.size() / 2) + " ms, longest "
                        + done.get(done.size() - 1) + " ms";
    }

    private static long timed(BooleanSupplier attempt) {
        long begun = System.nanoTime();
        while (!attempt.getAsBoolean()) {
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                return -1;
            }
            Await.pass(Duration.ofSeconds(1)); // as Retry-After says
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private static int status(TestNode node, int address, String request) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(address(address), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
            try (RawPeer peer = RawPeer.over(socket)) {
                Reply reply = peer.request(request);
                return reply.status();
            }
        } catch (IOException | UncheckedIOException | AssertionError cut) {
            return -1;
        }
    }

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (1 + number)});
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
    }
}
