package dev.portcullis.uploads.disk;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.uploads.disk.ReceiveRefusal.Why;
import dev.portcullis.uploads.ticket.TestShares;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.transfer.ScriptedRight;
import dev.portcullis.uploads.transfer.TransferConfig;
import dev.portcullis.uploads.transfer.TransferPlace;
import dev.portcullis.uploads.transfer.TransferPlaces;
import dev.portcullis.uploads.transfer.TransferPlaces.TransferShares;
import dev.portcullis.uploads.transfer.TransferWatch.TransferEnd;
import dev.portcullis.uploads.type.FileType;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.streams.WriteStream;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files over real sockets, from and to a real disk. */
@ExtendWith(VertxExtension.class)
class TransferTest {
    private static final TransferConfig PATIENT = new TransferConfig(30_000, 1_000, 30_000);
    private static final TransferConfig BEHIND = new TransferConfig(3_600_000, 10_000_000, 1_000);
    private static final TransferConfig HURRIED = new TransferConfig(300, 1_000_000_000, 60_000);
    private static final Map<String, TransferConfig> TIMES = Map.of("BEHIND", BEHIND, "HURRIED", HURRIED);
    private static final String HEADER = "PUT / HTTP/1.1\r\nHost: localhost\r\n";

    @TempDir
    Path temporary;

    private final ScriptedRight right = new ScriptedRight();
    private final List<Socket> sockets = new ArrayList<>();
    private final Queue<Throwable> unhandled = new ConcurrentLinkedQueue<>();
    private Vertx vertx;
    private DiskFolder folder;
    private WorkerPool workers;

    @BeforeEach
    void open(Vertx fresh) throws IOException {
        vertx = fresh;
        vertx.exceptionHandler(unhandled::add);
        folder = DiskFolder.open(temporary.resolve("files"));
        workers = new WorkerPool(vertx, "files", new WorkerPool.Config(1, 10, 30_000), () -> {});
    }

    @AfterEach
    void close() throws Exception {
        for (Socket each : sockets) {
            each.close();
        }
        workers.close();
        folder.close();
        done(vertx.close());
        assertThat(unhandled).as("what Vert.x logs as an error").isEmpty();
    }

    @Test
    void large_file_arrives_byte_for_byte_and_comes_back_so() throws Exception {
        byte[] content = png(5_000_000);
        Upload upload = upload(content.length);
        Receiver receiver = new Receiver(upload, PATIENT);

        receiver.send(HEADER + "Content-Length: " + content.length + "\r\n\r\n", content);

        assertThat(receiver.result()).matches(Result::isDone);
        assertThat(Files.readAllBytes(folder.kept(upload.id()))).isEqualTo(content);
        assertThat(served(upload, PATIENT)).isEqualTo(content);
    }

    @Test
    void file_in_chunks_arrives_too() throws Exception {
        byte[] content = png(20);
        Upload upload = upload(content.length);
        Receiver receiver = new Receiver(upload, PATIENT);

        receiver.send(HEADER + "Transfer-Encoding: chunked\r\n\r\n14\r\n", content);
        receiver.send("\r\n0\r\n\r\n", new byte[0]);

        assertThat(receiver.result()).matches(Result::isDone);
        assertThat(folder.kept(upload.id())).hasBinaryContent(content);
    }

    @Test
    void file_in_chunks_of_a_byte_arrives_too() throws Exception {
        byte[] content = png(3 * WriteParts.BYTES + 5);
        Upload upload = upload(content.length);
        Receiver receiver = new Receiver(upload, PATIENT);
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (byte each : content) {
            chunks.writeBytes(new byte[] {'1', '\r', '\n', each, '\r', '\n'});
        }

        receiver.send(HEADER + "Transfer-Encoding: chunked\r\n\r\n", chunks.toByteArray());
        receiver.send("0\r\n\r\n", new byte[0]);

        assertThat(receiver.result()).matches(Result::isDone);
        assertThat(folder.kept(upload.id())).hasBinaryContent(content);
    }

    @Test
    void body_beyond_the_size_of_the_ticket_is_cut_off_and_leaves_nothing() throws Exception {
        Upload upload = upload(20);
        Receiver receiver = new Receiver(upload, PATIENT);

        receiver.send(HEADER + "Transfer-Encoding: chunked\r\n\r\n15\r\n", png(21)); // and never ends

        assertThat(receiver.refusal()).isEqualTo(Why.TOO_LARGE);
        assertNothingLeft();
    }

    @Test
    void file_of_another_type_is_refused_before_it_has_arrived() throws Exception {
        Receiver receiver = new Receiver(upload(1_000_000), PATIENT);

        receiver.send(
                HEADER + "Content-Length: 1000000\r\n\r\n",
                "<svg onload=alert(1)>".repeat(400).getBytes(StandardCharsets.US_ASCII));

        assertThat(receiver.refusal()).isEqualTo(Why.WRONG_TYPE);
        assertNothingLeft();
    }

    @Test
    void short_file_of_another_type_is_refused() throws Exception {
        Receiver receiver = new Receiver(upload(3), PATIENT);

        receiver.send(HEADER + "Content-Length: 3\r\n\r\n", new byte[] {1, 2, 3});

        assertThat(receiver.refusal()).isEqualTo(Why.WRONG_TYPE);
        assertNothingLeft();
    }

    /** Columns: the size of the ticket, the announced length, the time there is, the refusal. */
    @ParameterizedTest
    @CsvSource({
        "21,        20,        PATIENT, INCOMPLETE",
        "1_000,     1_000,     HURRIED, TOO_SLOW",
        "1_000_000, 1_000_000, BEHIND,  TOO_SLOW",
    })
    void sender_of_20_bytes_is_refused_for_too_few_at_the_deadline_or_when_it_is_too_far_behind(
            String size, String length, String time, Why why) throws Exception {
        Receiver receiver = new Receiver(upload(number(size)), TIMES.getOrDefault(time, PATIENT));
        receiver.send(HEADER + "Content-Length: " + number(length) + "\r\n\r\n", png(20));
        assertThat(receiver.refusal()).isEqualTo(why);
        assertNothingLeft();
    }

    private static long number(String text) {
        return Long.parseLong(text.replace("_", ""));
    }

    @Test
    void sender_that_goes_away_leaves_nothing() throws Exception {
        Receiver receiver = new Receiver(upload(1_000), PATIENT);
        receiver.send(HEADER + "Content-Length: 1000\r\n\r\n", png(20));

        receiver.socket.close();

        assertThat(receiver.refusal()).isEqualTo(Why.DISCONNECTED);
        assertNothingLeft();
    }

    @Test
    void busy_disk_refuses_a_file_that_has_arrived() throws Exception {
        workers.close();
        Receiver receiver = new Receiver(upload(20), PATIENT);

        receiver.send(HEADER + "Content-Length: 20\r\n\r\n", png(20));

        assertThat(receiver.refusal()).isEqualTo(Why.BUSY);
    }

    @Test
    void disk_that_fails_fails_the_upload() throws Exception {
        Upload upload = upload(20);
        Files.writeString(folder.incoming(upload.id()), "is there already");
        Receiver receiver = new Receiver(upload, PATIENT);

        receiver.send(HEADER + "Content-Length: 20\r\n\r\n", png(20));

        assertThatThrownBy(receiver::result).isInstanceOf(Exception.class);
        assertThat(folder.has(upload.id())).isFalse();
    }

    /** As curl, browsers and proxies do. */
    @ParameterizedTest
    @ValueSource(ints = {20, 300_000})
    void reader_that_goes_away_with_the_last_byte_has_the_file(int length) throws Exception {
        Upload upload = kept(png(length));
        Promise<Optional<TransferEnd>> sent = Promise.promise();
        Socket reader = connect(servingUntilClosed(upload, sent));
        reader.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        readFile(reader.getInputStream(), length);
        reader.close();

        assertThat(done(sent.future())).isEmpty();
    }

    @Test
    void reader_that_goes_away_before_the_last_byte_has_not() throws Exception {
        int length = 30_000_000;
        Upload upload = kept(png(length));
        Promise<Optional<TransferEnd>> sent = Promise.promise();
        Socket reader = connect(servingUntilClosed(upload, sent));
        reader.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

        readFile(reader.getInputStream(), 1_000);
        reader.close();

        assertThatThrownBy(() -> done(sent.future())).isInstanceOfAny(VertxException.class, IOException.class);
    }

    /** If it is far behind, long before the deadline: else a socket that is not read holds its place for all that time (CWE-400). */
    @ParameterizedTest
    @ValueSource(strings = {"HURRIED", "BEHIND"})
    void reader_that_stops_is_cut_off_at_the_deadline_or_when_it_is_too_far_behind(String time) throws Exception {
        assertThat(done(unread(TIMES.getOrDefault(time, PATIENT)))).contains(TransferEnd.TOO_SLOW);
    }

    @Test
    void reader_is_cut_off_when_its_right_is_over() throws Exception {
        Future<Optional<TransferEnd>> sent = unread(PATIENT);

        right.over = true;

        assertThat(done(sent)).contains(TransferEnd.STOPPED);
    }

    @Test
    void reader_is_cut_off_when_the_question_whether_it_may_go_on_is_denied() throws Exception {
        Future<Optional<TransferEnd>> sent = unread(PATIENT);

        right.answer = Future.succeededFuture(false);

        assertThat(done(sent)).contains(TransferEnd.STOPPED);
    }

    @Test
    void reader_is_cut_off_when_it_is_unknown_for_long_whether_it_may_go_on() throws Exception {
        right.answer = Future.failedFuture("the store is away");

        assertThat(unread(PATIENT).await(60, TimeUnit.SECONDS)).contains(TransferEnd.UNKNOWN);
    }

    @Test
    void sender_that_goes_on_is_refused_when_its_right_is_over() throws Exception {
        Receiver receiver = new Receiver(upload(1_000_000), PATIENT);
        receiver.send(HEADER + "Content-Length: 1000000\r\n\r\n", png(20));

        right.answer = Future.succeededFuture(false);

        assertThat(receiver.refusal()).isEqualTo(Why.NO_TICKET);
        assertNothingLeft();
    }

    private final class Receiver {
        private final Promise<Result<Upload, ReceiveRefusal>> promise = Promise.promise();
        private final Socket socket;

        private Receiver(Upload upload, TransferConfig config) throws Exception {
            FileReceiver receiver = new FileReceiver(vertx, folder, workers, config);
            HttpServer server = done(vertx.createHttpServer()
                    .requestHandler(request -> {
                        IncomingBody body = new IncomingBody(request, OptionalLong.empty());
                        receiver.receive(body, upload, FileType.PNG, place(config), right)
                                .onComplete(promise);
                    })
                    .listen(0, "127.0.0.1"));
            socket = connect(server.actualPort());
        }

        private void send(String header, byte[] body) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(header.getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
        }

        private Result<Upload, ReceiveRefusal> result() throws Exception {
            return done(promise.future());
        }

        private Why refusal() throws Exception {
            return result().fold(
                            received -> {
                                throw new AssertionError("received");
                            },
                            ReceiveRefusal::why);
        }
    }

    private int serving(Upload upload, TransferConfig config, Promise<Optional<TransferEnd>> sent) throws Exception {
        FileSender sender = new FileSender(vertx, folder, config);
        return done(vertx.createHttpServer()
                        .requestHandler(request ->
                                serve(sender, upload, request, place(config)).onComplete(sent))
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    private Future<Optional<TransferEnd>> serve(
            FileSender sender, Upload upload, HttpServerRequest request, TransferPlace place) {
        request.response().putHeader("Content-Length", Long.toString(upload.size()));
        return sender.open(upload.id()).compose(file -> sender.send(file, upload, request.response(), place, right));
    }

    /** Ends no response before its client has closed the connection. */
    private int servingUntilClosed(Upload upload, Promise<Optional<TransferEnd>> sent) throws Exception {
        FileSender sender = new FileSender(vertx, folder, PATIENT);
        return done(vertx.createHttpServer()
                        .requestHandler(request -> {
                            Promise<Void> closed = Promise.promise();
                            request.connection().closeHandler(closed::complete);
                            HttpServerResponse response =
                                    request.response().putHeader("Content-Length", Long.toString(upload.size()));
                            sender.open(upload.id())
                                    .compose(file -> sender.send(
                                            file,
                                            upload,
                                            new LateEnd(response, closed.future()),
                                            place(PATIENT),
                                            right))
                                    .onComplete(sent);
                        })
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    private record LateEnd(HttpServerResponse to, Future<Void> after) implements WriteStream<Buffer> {
        @Override
        public Future<Void> write(Buffer data) {
            return to.write(data);
        }

        @Override
        public Future<Void> end() {
            return after.compose(any -> to.end());
        }

        @Override
        public LateEnd exceptionHandler(@Nullable Handler<Throwable> handler) {
            to.exceptionHandler(handler);
            return this;
        }

        @Override
        public LateEnd setWriteQueueMaxSize(int maxSize) {
            to.setWriteQueueMaxSize(maxSize);
            return this;
        }

        @Override
        public boolean writeQueueFull() {
            return to.writeQueueFull();
        }

        @Override
        public LateEnd drainHandler(@Nullable Handler<Void> handler) {
            to.drainHandler(handler);
            return this;
        }
    }

    /** Reads the headers and so many bytes of what follows. */
    private static void readFile(InputStream in, int length) throws IOException {
        StringBuilder headers = new StringBuilder();
        while (headers.indexOf("\r\n\r\n") < 0) {
            headers.append((char) in.read());
        }
        assertThat(in.readNBytes(length)).hasSize(length);
    }

    private Upload kept(byte[] content) throws Exception {
        Upload upload = upload(content.length);
        Files.write(folder.incoming(upload.id()), content);
        folder.keep(upload.id());
        return upload;
    }

    /** What comes of a file that is larger than the buffers, to a reader that reads nothing. */
    private Future<Optional<TransferEnd>> unread(TransferConfig config) throws Exception {
        Upload upload = kept(png(30_000_000));
        Promise<Optional<TransferEnd>> sent = Promise.promise();
        Socket reader = connect(serving(upload, config, sent));
        reader.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return sent.future();
    }

    private static TransferPlace place(TransferConfig config) {
        return new TransferPlaces(new TransferShares(8, 8, 8), config, address -> false, () -> 0)
                .enter(new UserId("ann"), List.of())
                .orElseThrow();
    }

    private byte[] served(Upload upload, TransferConfig config) throws Exception {
        Promise<Optional<TransferEnd>> sent = Promise.promise();
        Socket reader = connect(serving(upload, config, sent));
        reader.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = reader.getInputStream();
        byte[] all = in.readAllBytes();
        assertThat(done(sent.future())).isEmpty();
        int end = new String(all, 0, 500, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
        return java.util.Arrays.copyOfRange(all, end, all.length);
    }

    private Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        return socket;
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> files = Files.walk(temporary.resolve("files"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("id", "lock");
        }
    }

    private static byte[] png(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        byte[] sign = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
        System.arraycopy(sign, 0, content, 0, sign.length);
        return content;
    }

    private static Upload upload(long size) {
        UserId ann = new UserId("ann");
        return TestShares.upload(ann, "a.png", size).in(Upload.State.RECEIVING, 1);
    }
}
