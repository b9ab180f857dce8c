package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.bench.BenchCommand;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Result;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An operator lets the load on a node grow, and looks at the plot. */
class BenchGrowthIT {
    @TempDir
    Path folder;

    @Test
    void node_serves_each_load_soundly_and_its_costs_are_drawn() throws Exception {
        Path plot = folder.resolve("joins.svg");
        StringWriter out = new StringWriter();
        try (TestNode node = TestNode.generous()) {
            int code = new CommandLine(new BenchCommand((file, role) ->
                            Result.done((user, rooms) -> node.token(user, rooms.toArray(String[]::new)))))
                    .setOut(new PrintWriter(out, true))
                    .execute(
                            "--config=any",
                            "--url=" + node.ws(),
                            "--members=3",
                            "--rate=50",
                            "--warmup=0",
                            "--duration=0.5",
                            "--grow=joins=1,50",
                            "--pid=" + ProcessHandle.current().pid(),
                            "--plot=" + plot,
                            "--json");

            assertThat(code).as(out.toString()).isZero();
        }
        JsonObject report = new JsonObject(out.toString());
        assertThat(report.getJsonArray("runs")).allMatch(run -> ((JsonObject) run).getInteger("joined") == 3);
        assertThat(Files.readString(plot)).startsWith("<svg ").contains("CPU of a delivery", "CPU of a join");
    }
}
