package dev.portcullis.uploads.s3;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.config.Secret;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingHttp;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.OutgoingTarget;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.uploads.s3.S3Objects.S3Check;
import dev.portcullis.uploads.ticket.TestShares;
import dev.portcullis.uploads.ticket.Upload;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Signed requests against a store that verifies them. */
@ExtendWith(VertxExtension.class)
class S3ObjectsTest {
    private static final String CONTENT = "hello file";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Upload upload = upload(CONTENT.length());
    private S3Double store;
    private OutgoingHttp http;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        store = new S3Double(vertx);
        http = OutgoingHttp.open(vertx, OutgoingConfig.STANDARD);
    }

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void client_puts_a_file_that_is_kept_and_fetched() throws Exception {
        S3Urls urls = new S3Urls(store.config());

        assertThat(put(urls.upload(upload, Instant.now(), 60), "text/plain", CONTENT))
                .isEqualTo(200);
        assertThat(keep(CONTENT)).isEqualTo(S3Check.KEPT);

        String disposition = "attachment; filename*=UTF-8''%C3%A4%20b.txt";
        String url = urls.download("GET", upload.id(), disposition, "text/plain; charset=utf-8", Instant.now());
        HttpResponse<String> answer =
                client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo(CONTENT);
        assertThat(answer.headers().firstValue("content-disposition")).contains(disposition);
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        assertThat(store.refusals).isEmpty();
        assertThat(head(url)).as("signed for GET").isEqualTo(403);
        store.refusals.clear();
        assertThat(head(urls.download("HEAD", upload.id(), disposition, "text/plain; charset=utf-8", Instant.now())))
                .isEqualTo(200);
    }

    private int head(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    @Test
    void put_with_another_length_or_type_is_refused() throws Exception {
        String url = new S3Urls(store.config()).upload(upload, Instant.now(), 60);

        assertThat(put(url, "text/plain", CONTENT + "!")).isEqualTo(403);
        assertThat(put(url, "text/html", CONTENT)).isEqualTo(403);
        assertThat(put(url.replace("pending/", "kept/"), "text/plain", CONTENT)).isEqualTo(403);
        assertThat(put(url.replace("X-Amz-Expires=60", "X-Amz-Expires=600"), "text/plain", CONTENT))
                .isEqualTo(403);

        assertThat(store.refusals).containsOnly("signature");
        assertThat(store.objects).isEmpty();
    }

    @Test
    void url_is_good_for_its_time_only() throws Exception {
        S3Urls urls = new S3Urls(store.config());
        Instant earlier = Instant.now().minusSeconds(61);

        assertThat(put(urls.upload(upload, earlier, 60), "text/plain", CONTENT)).isEqualTo(403);
        assertThat(store.refusals).containsExactly("time");
    }

    @Test
    void other_key_signs_nothing_that_is_accepted() throws Exception {
        S3Config right = store.config();
        S3Config wrong = new S3Config(
                right.endpoint(),
                right.region(),
                right.bucket(),
                true,
                right.accessKey(),
                new Secret("other"),
                60,
                1L << 40);

        assertThat(put(new S3Urls(wrong).upload(upload, Instant.now(), 60), "text/plain", CONTENT))
                .isEqualTo(403);
        assertThatThrownBy(() -> done(objects(wrong).keep(upload, 100, any -> true, Future::succeededFuture)))
                .isInstanceOf(StoreFailure.class)
                .hasMessageContaining("403");
        assertThat(store.refusals).containsOnly("signature");
    }

    @Test
    void object_that_is_not_there_or_is_wrong_is_not_kept() throws Exception {
        assertThat(keep(CONTENT)).isEqualTo(S3Check.ABSENT);
        store.objects.put(pending(), Buffer.buffer(CONTENT + "!"));
        assertThat(keep(CONTENT)).isEqualTo(S3Check.WRONG_SIZE);
        store.objects.put(pending(), Buffer.buffer(CONTENT));
        assertThat(keep("other file")).isEqualTo(S3Check.WRONG_TYPE);

        assertThat(store.objects).containsOnlyKeys(pending());
    }

    @Test
    void only_the_first_bytes_are_read() throws Exception {
        store.objects.put(pending(), Buffer.buffer(CONTENT));

        assertThat(done(objects(store.config())
                        .keep(
                                upload,
                                5,
                                begin -> new String(begin, java.nio.charset.StandardCharsets.US_ASCII).equals("hello"),
                                Future::succeededFuture)))
                .isEqualTo(S3Check.KEPT);
    }

    @Test
    void object_that_is_replaced_while_it_is_looked_at_is_not_kept() throws Exception {
        store.objects.put(pending(), Buffer.buffer(CONTENT));
        store.before = request -> {
            if (request.startsWith("PUT")) {
                store.objects.put(pending(), Buffer.buffer("evil  file"));
            }
        };
        assertThat(keep(CONTENT)).isEqualTo(S3Check.CHANGED);

        store.objects.put(pending(), Buffer.buffer(CONTENT));
        store.before = request -> {
            if (request.startsWith("GET")) {
                store.objects.put(pending(), Buffer.buffer("evil  file"));
            }
        };
        assertThat(keep(CONTENT)).isEqualTo(S3Check.CHANGED);
        assertThat(store.objects).containsOnlyKeys(pending());
    }

    @Test
    void replay_of_the_upload_does_not_replace_what_was_kept() throws Exception {
        String url = new S3Urls(store.config()).upload(upload, Instant.now(), 60);
        put(url, "text/plain", CONTENT);
        keep(CONTENT);

        assertThat(put(url, "text/plain", "evil  file")).isEqualTo(200);

        assertThat(store.objects.get("/files/kept/" + upload.id())).hasToString(CONTENT);
    }

    /** Else an answer that can't be read counts as a failure of the store, for all (CWE-400). */
    @Test
    void object_with_long_headers_is_kept_without_them() throws Exception {
        S3Urls urls = new S3Urls(store.config());
        String url = urls.upload(upload, Instant.now(), 60);
        assertThat(put(url, "text/plain", CONTENT, "Content-Language", "a".repeat(16_000)))
                .isEqualTo(200);

        assertThat(keep(CONTENT)).isEqualTo(S3Check.KEPT);
        String download = urls.download("GET", upload.id(), "attachment", "text/plain", Instant.now());
        HttpResponse<String> answer =
                client.send(HttpRequest.newBuilder(URI.create(download)).build(), BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo(CONTENT);
        assertThat(answer.headers().firstValue("content-language")).isEmpty();
    }

    @Test
    void copy_that_fails_behind_its_status_fails() {
        store.objects.put(pending(), Buffer.buffer(CONTENT));
        store.copyAnswer = "<Error><Code>InternalError</Code></Error>";

        assertThatThrownBy(() -> keep(CONTENT)).isInstanceOf(StoreFailure.class);
    }

    /** How long a copy takes depends on the size of the file. */
    @Test
    void copy_may_last_longer_than_other_calls() throws Exception {
        store.objects.put(pending(), Buffer.buffer(CONTENT));
        S3Objects objects = objects(store.config());
        CountDownLatch copied = new CountDownLatch(1);
        Promise<Void> release = Promise.promise();
        store.answerAfter = request -> {
            if (request.startsWith("PUT ")) {
                copied.countDown();
            }
            return copied.getCount() == 0 ? release.future() : Future.succeededFuture();
        };
        Future<S3Check> kept = keep(objects, CONTENT);
        assertThat(copied.await(30, TimeUnit.SECONDS)).isTrue();

        assertThatThrownBy(() -> done(objects.isPending(upload.id())))
                .as("a call that began later is over")
                .hasMessageContaining("TIMED_OUT");
        assertThat(kept.isComplete()).isFalse();

        release.complete();
        assertThat(done(kept)).isEqualTo(S3Check.KEPT);
    }

    /** Three would have the store count as away for all. */
    @Test
    void copies_that_fail_say_nothing_about_other_calls() throws Exception {
        store.objects.put(pending(), Buffer.buffer(CONTENT));
        S3Objects objects = objects(store.config());
        store.before = request -> store.fail = request.startsWith("PUT ");
        for (int i = 0; i < 30; i++) {
            assertThatThrownBy(() -> done(keep(objects, CONTENT))).hasMessageContaining("500");
        }

        store.before = any -> store.fail = false;
        assertThat(done(keep(objects, CONTENT))).isEqualTo(S3Check.KEPT);
    }

    @Test
    void deleted_file_is_gone_and_deleting_may_be_repeated() throws Exception {
        store.objects.put(pending(), Buffer.buffer(CONTENT));
        keep(CONTENT);
        S3Objects objects = objects(store.config());

        done(objects.delete(upload.id()));
        done(objects.delete(upload.id()));

        assertThat(store.objects).isEmpty();
    }

    /** Else it would be repeated, although the file is gone. */
    @Test
    void deletion_is_answered_by_its_status_alone(Vertx vertx) throws Exception {
        NetServer plain = done(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(any -> socket.end(Buffer.buffer("HTTP/1.0 200 OK\r\n\r\n"))))
                .listen(0, "127.0.0.1"));
        S3Config right = store.config();
        S3Config config = new S3Config(
                "http://127.0.0.1:" + plain.actualPort(),
                right.region(),
                right.bucket(),
                true,
                right.accessKey(),
                right.secretKey(),
                60,
                1L << 40);

        done(objects(config).delete(upload.id()));
    }

    private S3Check keep(String expected) throws Exception {
        return done(keep(objects(store.config()), expected));
    }

    private Future<S3Check> keep(S3Objects objects, String expected) {
        return objects.keep(
                upload,
                4_096,
                begin -> new String(begin, java.nio.charset.StandardCharsets.US_ASCII).equals(expected),
                Future::succeededFuture);
    }

    private S3Objects objects(S3Config config) {
        OutgoingUrl url = OutgoingUrl.parse(config.origin() + "/").orElseThrow();
        OutgoingTarget target = new OutgoingTarget(
                OutgoingService.FILE_STORE, url, OutgoingConfig.STANDARD, OutgoingMetrics.uncounted());
        OutgoingTarget copies = new OutgoingTarget(
                OutgoingService.FILE_STORE, url, OutgoingConfig.STANDARD, OutgoingMetrics.uncounted());
        return new S3Objects(http, target, copies, config, new S3Urls(config), Instant::now);
    }

    private int put(String url, String type, String content, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", type)
                .PUT(BodyPublishers.ofString(content));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private String pending() {
        return "/files/pending/" + upload.id();
    }

    private static Upload upload(long size) {
        UserId ann = new UserId("ann");
        return TestShares.upload(ann, "a.txt", size);
    }
}
