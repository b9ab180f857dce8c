package dev.portcullis.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.SettingChange;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.PendingLimits;
import dev.portcullis.inventory.InventoryQuery;
import dev.portcullis.inventory.InventoryReply;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A reload of many nodes, which takes longer than the listener allows for other calls. */
class AdminReloadAnswerTest extends AdminVerticleFixture {
    private static final long OTHER_CALLS_MS = 300;

    private final Promise<Result<List<SettingChange>, ReloadRefusal>> result = Promise.promise();
    private final AtomicBoolean asked = new AtomicBoolean();

    @Override
    PendingLimits.Times times() {
        return new PendingLimits.Times(600_000, OTHER_CALLS_MS, 600_000, 600_000);
    }

    @Override
    Future<Result<List<SettingChange>, ReloadRefusal>> reload() {
        asked.set(true);
        return result.future();
    }

    @Test
    void reload_is_answered_however_long_it_takes_and_another_call_is_not() throws Exception {
        CompletableFuture<HttpResponse<String>> reload = client.sendAsync(
                ofOperator("/admin/reload?cluster=true")
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(Await.until(asked::get)).isTrue();
        bus.answer(
                        InventoryQuery.QUESTION,
                        0,
                        question -> Promise.<InventoryReply>promise().future())
                .await(30, TimeUnit.SECONDS);

        vertx.setPeriodic(PendingConnectionLimit.CHECK_INTERVAL_MS, timer -> pending.closeExpired());
        try (Socket other = new Socket(InetAddress.getLoopbackAddress(), port)) {
            other.setSoTimeout(30_000);
            other.getOutputStream()
                    .write("GET /admin/rooms HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                            .formatted(KEY)
                            .getBytes(UTF_8));
            assertThat(other.getInputStream().read())
                    .as("closed without an answer")
                    .isEqualTo(-1);
        }
        result.complete(Result.done(List.of()));

        assertThat(reload.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
}
