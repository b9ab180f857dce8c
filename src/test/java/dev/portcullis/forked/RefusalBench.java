package dev.portcullis.forked;

import dev.portcullis.auth.session.Session;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.edge.anomaly.SessionWatch;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameRecipient;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.transport.SharedMessage;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.FrameDecoder;
import dev.portcullis.protocol.codec.MalformedFrame;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.ratelimit.ConnectionBudget;
import dev.portcullis.ratelimit.ConnectionBudget.BudgetDecision.Over;
import dev.portcullis.ratelimit.RateLimitConfig;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Prints the CPU that the edge spends on a frame over the limit of its connection: in one thread, from the bucket to the
 * encoded answer, and for a whole node with sockets, where each refused frame is read, answered and written. Either with
 * decoding, as up to twice the limit, or without. Run it by hand: {@code java -cp … dev.portcullis.forked.RefusalBench}.
 */
final class RefusalBench {
    private static final int ROUNDS = 8;
    private static final int FRAMES = 200_000;
    private static final int CONNECTIONS = 10;
    private static final int BATCH = 64;
    private static final int LIMIT = 100;
    private static final byte[] CHAT =
            "{\"type\":\"chat\",\"id\":\"018f3c2e7b1a7c3d9e4f\",\"roomId\":\"lobby\",\"content\":\"flood\"}"
                    .getBytes(StandardCharsets.UTF_8);

    private RefusalBench() {}

    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            node(args[0]);
            return;
        }
        for (String decodeFactor : List.of("1000", "1")) {
            String decoded = decodeFactor.equals("1") ? "not decoded" : "decoded";
            path(decodeFactor, decoded);
            server(decodeFactor, decoded);
        }
        System.exit(0);
    }

    private static void path(String decodeFactor, String decoded) throws Exception {
        ScriptedEdge edge = new ScriptedEdge();
        ConnectionBudget budget = new ConnectionBudget(Live.fixed(limits(Integer.parseInt(decodeFactor))));
        long now = System.currentTimeMillis();
        for (int i = 0; i < LIMIT; i++) {
            budget.count(now);
        }
        Encoder client = new Encoder();
        for (int round = 1; round <= ROUNDS; round++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int i = 0; i < FRAMES / 10; i++) {
                if (budget.count(now + round) instanceof Over over) {
                    Optional<String> id = over.decode()
                            ? FrameDecoder.decode(CHAT).fold(RefusalBench::idOf, MalformedFrame::id)
                            : Optional.empty();
                    edge.replies.write(
                            client, FrameOutcome.refused(over.limit()).to(id));
                }
            }
            long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            System.out.printf(
                    "path, %s, round %d: %.2f us of CPU a frame (%d bytes of answers)%n",
                    decoded, round, nanos / 1e3 / (FRAMES / 10), client.bytes);
        }
        edge.close();
    }

    private static Optional<String> idOf(ClientFrame frame) {
        return frame.envelope().id();
    }

    private static RateLimitConfig limits(int decodeFactor) {
        Map<String, Object> section = Map.of(
                "connection", Map.of("minute", (long) LIMIT * 100),
                "flood", Map.of("factor", 1_000L, "decodeFactor", (long) decodeFactor));
        return RateLimitConfig.read(Section.root(section, new ConfigReading(Map.of(), Path.of("."))));
    }

    private static void server(String decodeFactor, String decoded) throws Exception {
        Process node = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RefusalBench.class.getName(),
                        decodeFactor)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader says = node.inputReader();
        String line = says.readLine();
        while (!line.startsWith("port ")) {
            line = says.readLine();
        }
        int port = Integer.parseInt(line.substring(5));
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            peers.add(new Peer(port, says.readLine()));
        }
        for (int round = 1; round <= ROUNDS; round++) {
            double before = loopMicros(node);
            long process = processMicros(node);
            List<CompletableFuture<Void>> floods = peers.stream()
                    .map(peer -> CompletableFuture.runAsync(() -> peer.flood(FRAMES / CONNECTIONS)))
                    .toList();
            CompletableFuture.allOf(floods.toArray(CompletableFuture[]::new)).join();
            System.out.printf(
                    "node, %s, round %d: %.2f us of CPU a frame on its event loops, %.2f in all its threads%n",
                    decoded,
                    round,
                    (loopMicros(node) - before) / FRAMES,
                    (double) (processMicros(node) - process) / FRAMES);
        }
        node.destroy();
        node.waitFor();
    }

    private static long processMicros(Process node) {
        return node.info().totalCpuDuration().orElseThrow().toNanos() / 1_000;
    }

    /** What its event loops have used, system calls included; compilers, collectors and idle work are other threads. */
    private static double loopMicros(Process node) throws IOException {
        double nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + node.pid() + "/task"))) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("comm")).startsWith("vert.x-eventloo")) {
                    nanos += Double.parseDouble(
                            Files.readString(thread.resolve("schedstat")).split(" ", -1)[0]);
                }
            }
        }
        return nanos / 1e3;
    }

    /** The node, in a process of its own, until it is ended. */
    private static void node(String decodeFactor) throws Exception {
        try (TestNode node = TestNode.start(
                "ratelimit.connection.minute=" + LIMIT * 100,
                "ratelimit.user.burst=1000000",
                "ratelimit.user.minute=1000000",
                "ratelimit.user.hour=1000000",
                "ratelimit.flood.factor=1000",
                "ratelimit.flood.decodeFactor=" + decodeFactor)) {
            System.out.println("port " + node.port());
            for (int i = 0; i < CONNECTIONS; i++) {
                System.out.println(node.token("flood-" + i));
            }
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** A client that writes batches of frames and reads one answer for each frame. */
    private static final class Peer {
        private final OutputStream out;
        private final DataInputStream in;
        private final byte[] batch;

        Peer(int port, String token) throws IOException {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
            out.write(("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:" + port
                            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            + "Sec-WebSocket-Protocol: portcullis.v1\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            int matched = 0;
            while (matched < 4) {
                matched = in.read() == "\r\n\r\n".charAt(matched) ? matched + 1 : 0;
            }
            readFrame(); // auth_success
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < BATCH; i++) {
                frames.write(0x81);
                frames.write(0x80 | CHAT.length);
                frames.write(new byte[4]); // a mask of zeros changes nothing
                frames.write(CHAT);
            }
            batch = frames.toByteArray();
        }

        void flood(int frames) {
            try {
                for (int sent = 0; sent < frames; sent += BATCH) {
                    out.write(batch);
                    for (int answer = 0; answer < BATCH; answer++) {
                        readFrame();
                    }
                }
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        }

        private void readFrame() throws IOException {
            in.readUnsignedByte();
            int length = in.readUnsignedByte();
            in.skipNBytes(length < 126 ? length : in.readUnsignedShort());
        }
    }

    /** Encodes the answers that it gets. */
    private static final class Encoder implements FrameRecipient {
        private final RemoteClient client;
        private final Optional<Session> session = Optional.of(ScriptedEdge.session("ada", Long.MAX_VALUE));
        private long bytes;

        Encoder() {
            client = ScriptedEdge.client("192.0.2.1");
        }

        @Override
        public RemoteClient client() {
            return client;
        }

        @Override
        public Optional<Session> identified() {
            return session;
        }

        @Override
        public Optional<SessionWatch> watched() {
            return Optional.empty();
        }

        @Override
        public int frameCount() {
            return 0;
        }

        @Override
        public void send(ServerFrame frame) {
            bytes += FrameChunks.encode(frame).length;
        }

        @Override
        public void deliver(SharedMessage message) {
            throw new AssertionError("a refusal is no message");
        }

        @Override
        public void close(CloseCode code) {
            throw new AssertionError(code);
        }
    }
}
