package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.FakeServer;
import dev.portcullis.protocol.Result;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@ExtendWith(VertxExtension.class)
class BenchCommandTest {
    private static final String SECRET = "a secret of at least thirty-two bytes";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeServer server;

    @BeforeEach
    void listen(Vertx vertx) throws Exception {
        server = new FakeServer(vertx);
    }

    @Test
    void sound_run_exits_with_0_and_prints_one_json_object() throws Exception {
        int code = run("--secret", SECRET, "--json", "--members=4", "--rate=50");

        JsonObject report = new JsonObject(out.toString());
        assertThat(code).isZero();
        assertThat(report.getBoolean("sound")).isTrue();
        assertThat(report.getInteger("joined")).isEqualTo(4);
        assertThat(report.getJsonObject("deliveryMs").getDouble("p99")).isPositive();
        assertThat(server.awaitHandshake()).matches("portcullis\\.v1,bearer\\.[^.]+\\.[^.]+\\.[^.]+");
    }

    @Test
    void lost_messages_exit_with_1_and_are_printed() {
        server.delivery = (socket, entry) -> {
            if (entry.getInteger("seq") != 3) {
                socket.writeTextMessage(entry.encode());
            }
        };

        assertThat(run("--secret", SECRET, "--members=2", "--rate=50")).isEqualTo(1);
        assertThat(out.toString()).contains("2 lost, 0 duplicates, 0 out of order");
    }

    @Test
    void configuration_without_a_key_exits_with_1_and_the_reason() {
        assertThat(run("-c", "node.json")).isEqualTo(1);
        assertThat(err.toString()).contains("node.json: no issuer has a secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--token=a,b",
                "--secret=short",
                "--token=t --secret=s",
                "--token=t --rate=5 --closed=1",
                "--token=t --ca=no/such/file",
                "--token=t --size=15",
                "--token=t --members=0",
                "--token=t --senders=11",
                "--token=t --rooms=100000 --members=100000",
                "--token=t --url=http://localhost",
                "--token=t --room-prefix=-x",
                "--token=t --pid=-1",
                "--token=t --joins=101",
                "--token=t --plot=plot.svg",
                "--token=t --grow=members",
                "--token=t --grow=nodes=1,2",
                "--token=t --grow=members=1",
                "--token=t --grow=members=2,1",
                "--token=t --grow=members=1,x",
                "--token=t --grow=joins=1,101",
                "--token=t --grow=rooms=1,2 --rounds=0",
                "--token=t --nonsense"
            })
    void invalid_options_exit_with_2(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
    }

    @Test
    void cpu_of_a_process_is_reported_for_each_handshake_and_delivery() {
        int code = run("--secret", SECRET, "--members=4", "--rate=50", "--json", "--pid=" + ownProcess());

        JsonObject cost = new JsonObject(out.toString()).getJsonObject("serverCpuMicros");
        assertThat(code).isZero();
        assertThat(cost.getDouble("delivery")).isPositive();
        assertThat(cost.getDouble("handshake")).isNotNegative();
    }

    @Test
    void growth_runs_once_for_each_value_and_round_and_draws_its_costs(@TempDir Path folder) throws Exception {
        Path plot = folder.resolve("members.svg");

        int code = run(
                "--secret=" + SECRET,
                "--rate=50",
                "--grow=members=1,2,4",
                "--rounds=2",
                "--plot=" + plot,
                "--json",
                "--pid=" + ownProcess());

        assertThat(code).isZero();
        JsonArray runs = new JsonObject(out.toString()).getJsonArray("runs");
        assertThat(runs.stream().map(each -> ((JsonObject) each).getInteger("members")))
                .containsExactly(1, 1, 2, 2, 4, 4);
        assertThat(runs.stream().map(each -> ((JsonObject) each).getInteger("joined")))
                .containsExactly(1, 1, 2, 2, 4, 4);
        assertThat(Files.readString(plot)).contains("CPU of a delivery", "CPU of a handshake");
    }

    @Test
    void growth_without_the_processes_of_the_server_draws_times(@TempDir Path folder) throws Exception {
        Path plot = folder.resolve("rooms.svg");

        assertThat(run("--secret=" + SECRET, "--rate=50", "--grow=rooms=1,2", "--plot=" + plot))
                .isZero();
        assertThat(out.toString()).contains("rooms", "sound");
        assertThat(Files.readString(plot)).contains("p50 of a delivery").doesNotContain("CPU");
    }

    @Test
    void plot_that_cannot_be_written_exits_with_1_and_the_reason(@TempDir Path folder) {
        Path nowhere = folder.resolve("missing").resolve("rooms.svg");

        assertThat(run("--secret=" + SECRET, "--rate=50", "--grow=rooms=1,2", "--plot=" + nowhere))
                .isEqualTo(1);
        assertThat(err.toString()).contains("cannot write " + nowhere);
    }

    @Test
    void member_joins_a_common_room_and_others_of_its_own() {
        List<String> joined = new CopyOnWriteArrayList<>();
        server.instead = (socket, frame) -> {
            if (frame.getString("type").equals("join")) {
                frame.getJsonArray("rooms", JsonArray.of(frame))
                        .forEach(each -> joined.add(((JsonObject) each).getString("roomId")));
            }
            return false;
        };

        assertThat(run("--secret", SECRET, "--members=2", "--joins=3", "--rate=50"))
                .as(out.toString())
                .isZero();
        assertThat(joined.stream().distinct()).hasSize(5); // the common one, and two of each member
    }

    @Test
    void member_that_is_refused_one_of_its_rooms_does_not_count_as_joined() {
        server.instead = (socket, frame) -> {
            if (frame.getString("type").equals("join") && frame.containsKey("rooms")) {
                socket.writeTextMessage("{\"type\":\"error\",\"reason\":\"forbidden\",\"roomId\":\"quiet\"}");
                return true;
            }
            return false;
        };

        assertThat(run("--secret", SECRET, "--members=2", "--joins=3", "--json"))
                .isEqualTo(1);
        assertThat(new JsonObject(out.toString()).getInteger("joined")).isZero();
        assertThat(out.toString()).contains("error forbidden");
    }

    private static long ownProcess() {
        return ProcessHandle.current().pid();
    }

    private int run(String... args) {
        String[] all = new String[args.length + 3];
        all[0] = "--url=" + server.url();
        all[1] = "--warmup=0";
        all[2] = "--duration=0.3";
        System.arraycopy(args, 0, all, 3, args.length);
        return new CommandLine(new BenchCommand((file, role) -> Result.refused(file + ": no issuer has a secret")))
                .setOverwrittenOptionsAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }
}
