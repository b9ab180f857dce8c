package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.bench.BenchPlan;
import dev.portcullis.client.bench.BenchReport;
import dev.portcullis.client.bench.BenchRun;
import dev.portcullis.kit.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The promises of a room hold for many members under load. */
@ExtendWith(VertxExtension.class)
class RoomLoadIT {
    private static final BenchPlan.Phases SHORT = new BenchPlan.Phases(200, 2_000, 10_000);

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "2, 2"})
    void messages_under_load_are_delivered_once_and_in_order(int edges, int others, Vertx vertx) throws Exception {
        String stages = "stages={\"edge\": %d, \"auth\": %d, \"ratelimit\": %d, \"rooms\": %d, \"broadcast\": %d}"
                .formatted(edges, others, others, others, others);
        try (TestNode node = TestNode.generous(stages)) {
            BenchPlan plan = BenchPlan.against(List.of(node.ws().toString()))
                    .withPopulation(6, 10, 5)
                    .withLoad(new BenchPlan.Closed(4, 200))
                    .withPhases(SHORT.warmupMs(), SHORT.durationMs(), SHORT.drainMs());
            BenchReport report = BenchRun.run(
                            vertx,
                            plan,
                            new WebSocketClientOptions(),
                            (user, rooms) -> node.token(user, rooms.toArray(String[]::new)),
                            any -> {})
                    .await(60, TimeUnit.SECONDS);
            assertThat(report.sound()).as(report.toText()).isTrue();
            assertThat(report.toJson().encode()).as(report.toText()).contains("\"refusals\":{}");
        }
    }
}
