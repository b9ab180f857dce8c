package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.FakeServer;
import dev.portcullis.protocol.Result;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
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
                "--token=t --nonsense"
            })
    void invalid_options_exit_with_2(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
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
