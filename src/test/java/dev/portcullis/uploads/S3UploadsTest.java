package dev.portcullis.uploads;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.OutgoingTarget;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.uploads.S3Uploads.NoUrl;
import dev.portcullis.uploads.UploadTickets.IssuedTicket;
import dev.portcullis.uploads.UploadTickets.Wanted;
import dev.portcullis.uploads.s3.S3Config;
import dev.portcullis.uploads.s3.S3Double;
import dev.portcullis.uploads.s3.S3Objects;
import dev.portcullis.uploads.s3.S3Urls;
import dev.portcullis.uploads.ticket.TicketGrants;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import dev.portcullis.uploads.ticket.UploadTicket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class S3UploadsTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final String TEXT = "hello, world";

    @TempDir
    Path rows;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong ahead = new AtomicLong();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private EmbeddedStore engine;
    private S3Double files;
    private OutgoingHttp http;
    private UploadTickets tickets;
    private S3Uploads uploads;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        files = new S3Double(vertx);
        files.before = calls::add;
        engine = EmbeddedStore.open(rows, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        http = OutgoingHttp.open(vertx, OutgoingConfig.STANDARD);
        tickets = new UploadTickets(
                new UploadStore(new EmbeddedRowStore(engine, System::currentTimeMillis)),
                UploadFixture.config("{}"),
                any -> {},
                () -> System.currentTimeMillis() + ahead.get());
        uploads = node(vertx);
    }

    private S3Uploads node(Vertx vertx) {
        S3Config config = files.config();
        OutgoingUrl url = OutgoingUrl.parse(config.origin() + "/").orElseThrow();
        S3Urls urls = new S3Urls(config);
        S3Objects objects = new S3Objects(http, target(url), target(url), config, urls, Instant::now);
        return new S3Uploads(vertx, tickets, objects, urls);
    }

    private static OutgoingTarget target(OutgoingUrl url) {
        return new OutgoingTarget(
                OutgoingService.FILE_STORE, url, OutgoingConfig.STANDARD, OutgoingMetrics.uncounted());
    }

    @AfterEach
    void close() {
        http.close();
        engine.close();
    }

    @Test
    void file_is_put_looked_at_and_fetched_by_members_only() throws Exception {
        Upload upload = issue();
        assertThat(url(upload, BOB, S3UploadsTest::isMember))
                .as("not there yet")
                .isEmpty();
        assertThat(put(uploads.uploadUrl(new UploadTicket(upload.id(), ""), upload), TEXT))
                .isEqualTo(200);

        assertThat(url(upload, BOB, S3UploadsTest::isStranger)).isEmpty();
        assertThat(files.objects).as("what strangers ask for is not looked at").hasSize(1);
        HttpResponse<String> answer =
                get(url(upload, BOB, S3UploadsTest::isMember).orElseThrow());
        assertThat(answer.body()).isEqualTo(TEXT);
        assertThat(answer.headers().firstValue("content-disposition").orElseThrow())
                .startsWith("attachment;");
        assertThat(url(upload, BOB, S3UploadsTest::isStranger)).isEmpty();
    }

    @Test
    void file_of_another_type_is_deleted_when_it_is_looked_at() throws Exception {
        Upload upload = issue();
        put(uploads.uploadUrl(new UploadTicket(upload.id(), ""), upload), "\0\1\2 binary!!");

        assertThat(url(upload, ANN, S3UploadsTest::isMember)).isEmpty();

        assertThat(files.objects).isEmpty();
        assertThat(done(tickets.store().find(upload.id()))).isEmpty();
    }

    @Test
    void file_that_was_never_asked_for_is_deleted_in_the_end() throws Exception {
        Upload upload = issue();
        put(uploads.uploadUrl(new UploadTicket(upload.id(), ""), upload), TEXT);
        assertThat(done(uploads.sweep())).isZero();

        ahead.set(tickets.config().ticketMs() + TimeUnit.DAYS.toMillis(1));

        assertThat(url(upload, ANN, S3UploadsTest::isMember)).isEmpty();
        assertThat(done(uploads.sweep())).isEqualTo(1);
        assertThat(files.objects).isEmpty();
    }

    @Test
    void ticket_that_was_never_used_ends_soon_after_its_url() throws Exception {
        Upload upload = issue();
        for (int i = 1; i < tickets.config().quota().pending(); i++) {
            issue();
        }
        assertThat(request().isDone()).isFalse();

        ahead.set(tickets.config().ticketMs());
        assertThat(done(uploads.sweep())).as("a PUT may be under way").isZero();
        ahead.set(lateMs());
        assertThat(done(uploads.sweep())).isEqualTo(tickets.config().quota().pending());

        assertThat(done(tickets.store().find(upload.id()))).isEmpty();
        assertThat(request().isDone()).isTrue();
    }

    @Test
    void file_that_has_arrived_can_be_asked_for_after_the_end_of_its_url() throws Exception {
        Upload swept = issue();
        put(uploads.uploadUrl(new UploadTicket(swept.id(), ""), swept), TEXT);
        Upload notSwept = issue();
        put(uploads.uploadUrl(new UploadTicket(notSwept.id(), ""), notSwept), TEXT);

        ahead.set(lateMs());
        assertThat(url(notSwept, ANN, S3UploadsTest::isMember)).isPresent();
        assertThat(done(uploads.sweep())).isZero();
        ahead.set(TimeUnit.DAYS.toMillis(1));
        assertThat(done(uploads.sweep())).isZero();

        assertThat(url(swept, ANN, S3UploadsTest::isMember)).isPresent();
    }

    @Test
    void ticket_stays_while_the_store_does_not_say_whether_its_file_has_arrived() throws Exception {
        Upload upload = issue();
        put(uploads.uploadUrl(new UploadTicket(upload.id(), ""), upload), TEXT);
        ahead.set(lateMs());
        files.fail = true;
        assertThat(done(uploads.sweep())).isZero();

        files.fail = false;
        ahead.addAndGet(60_001);
        assertThat(done(uploads.sweep())).isZero();
        assertThat(url(upload, ANN, S3UploadsTest::isMember)).isPresent();
    }

    /** When nothing can arrive any more. */
    private long lateMs() {
        return tickets.config().ticketMs() + tickets.config().receiveMs(TEXT.length());
    }

    @Test
    void file_whose_deletion_fails_is_deleted_by_a_later_sweep() throws Exception {
        Upload upload = issue();
        put(uploads.uploadUrl(new UploadTicket(upload.id(), ""), upload), TEXT);
        url(upload, ANN, S3UploadsTest::isMember);
        ahead.set(tickets.config().keepMs() + TimeUnit.DAYS.toMillis(1));
        files.fail = true;

        done(uploads.sweep());
        assertThat(done(tickets.store().find(upload.id()))).isPresent();

        files.fail = false;
        ahead.addAndGet(60_001);
        assertThat(done(uploads.sweep())).isEqualTo(1);
        assertThat(files.objects).isEmpty();
        assertThat(done(tickets.store().find(upload.id()))).isEmpty();
    }

    /** A message that named it is deleted while it is looked at: no row would lead to the copy any more. */
    @Test
    void file_that_ends_while_it_is_copied_leaves_no_copy() throws Exception {
        Upload upload = issue();
        put(uploads.uploadUrl(new UploadTicket(upload.id(), ""), upload), TEXT);
        files.before = call -> {
            if (call.startsWith("PUT ")) {
                CompletableFuture.runAsync(() -> sweepAway(upload)).join();
            }
        };

        assertThat(url(upload, ANN, S3UploadsTest::isMember)).isEmpty();

        assertThat(files.objects).isEmpty();
    }

    private void sweepAway(Upload upload) {
        done(tickets.store().endIf(upload.id(), any -> true));
        assertThat(done(tickets.store().remove(upload.id()))).isTrue();
    }

    @Test
    void file_whose_copy_lasts_is_copied_once_and_holds_up_no_other() throws Exception {
        Promise<Void> copied = Promise.promise();
        List<Upload> slow = List.of(arrived(), arrived(), arrived());
        files.answerAfter = call -> call.startsWith("PUT ") ? copied.future() : Future.succeededFuture();
        for (int i = 0; i < 2; i++) {
            List<Future<Result<String, NoUrl>>> asked =
                    slow.stream().map(upload -> ask(uploads, upload)).toList();
            for (Future<Result<String, NoUrl>> each : asked) {
                assertThat(done(each)).isEqualTo(Result.refused(NoUrl.NOT_YET));
            }
        }

        files.answerAfter = any -> Future.succeededFuture();
        assertThat(url(arrived(), ANN, S3UploadsTest::isMember)).isPresent();
        copied.complete();
        for (Upload each : slow) {
            assertThat(Await.until(() -> done(ask(uploads, each)).isDone())).isTrue();
            assertThat(calls("PUT", each)).isEqualTo(1);
        }
    }

    /** It may have taken longer than its deadline, or the node may be gone that began it. */
    @Test
    void copy_whose_answer_was_lost_is_not_repeated(Vertx vertx) throws Exception {
        Upload upload = arrived();
        files.answerAfter = call -> call.startsWith("PUT ") ? Future.future(never -> {}) : Future.succeededFuture();
        assertThat(done(ask(uploads, upload))).isEqualTo(Result.refused(NoUrl.NOT_YET));

        assertThat(done(ask(node(vertx), upload)).isDone()).isTrue();
        assertThat(calls("PUT", upload)).isEqualTo(1);
    }

    @Test
    void members_who_ask_for_a_new_file_at_a_time_share_one_check() throws Exception {
        Upload upload = arrived();
        Promise<Void> copied = Promise.promise();
        files.answerAfter = call -> call.startsWith("PUT ") ? copied.future() : Future.succeededFuture();
        List<Future<Result<String, NoUrl>>> asked =
                Stream.generate(() -> ask(uploads, upload)).limit(200).toList();
        assertThat(Await.until(() -> calls("PUT", upload) > 0)).isTrue();
        copied.complete();

        for (Future<Result<String, NoUrl>> each : asked) {
            assertThat(done(each).isDone()).isTrue();
        }
        assertThat(calls("HEAD", upload)).isEqualTo(1);
        assertThat(calls("PUT", upload)).isEqualTo(1);
    }

    private Upload arrived() throws Exception {
        Upload upload = issue();
        files.objects.put("/" + files.config().bucket() + "/pending/" + upload.id(), Buffer.buffer(TEXT));
        return upload;
    }

    private static Future<Result<String, NoUrl>> ask(S3Uploads node, Upload upload) {
        return node.downloadUrl("GET", upload.id(), ANN, S3UploadsTest::isMember);
    }

    private long calls(String method, Upload upload) {
        return calls.stream()
                .filter(call -> call.startsWith(method + " ")
                        && call.endsWith(upload.id().toString()))
                .count();
    }

    private Upload issue() throws Exception {
        return request().fold(IssuedTicket::upload, why -> {
            throw new AssertionError(why);
        });
    }

    private Result<IssuedTicket, Rejection> request() {
        return done(uploads.issue(new Wanted(
                ANN,
                List.of(),
                TicketGrants.MEMBER,
                new Target.ToRoom(new RoomId("lobby")),
                "\u00e4.txt",
                TEXT.length(),
                "text/plain")));
    }

    private Optional<String> url(Upload upload, UserId reader, Function<Target, Future<Boolean>> readers)
            throws Exception {
        return done(uploads.downloadUrl("GET", upload.id(), reader, readers))
                .fold(Optional::of, why -> Optional.empty());
    }

    private int put(String url, String content) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString(content))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    private HttpResponse<String> get(String url) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private static Future<Boolean> isMember(Target target) {
        return Future.succeededFuture(true);
    }

    private static Future<Boolean> isStranger(Target target) {
        return Future.succeededFuture(false);
    }
}
