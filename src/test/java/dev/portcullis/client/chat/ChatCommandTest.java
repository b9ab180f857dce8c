package dev.portcullis.client.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.FakeServer;
import dev.portcullis.client.TokenSource;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ChatCommandTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<Terminal> terminals = new ArrayList<>();
    private FakeServer server;

    @BeforeEach
    void listen() throws Exception {
        server = new FakeServer(vertx);
    }

    @AfterEach
    void close() throws Exception {
        for (Terminal terminal : terminals) {
            terminal.keyboard.close();
        }
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    void two_terminals_talk_and_each_message_shows_its_ack() throws Exception {
        Terminal alice = open("--token=a");
        Terminal bob = open("--token=b");
        alice.awaits("-- in lobby");
        bob.awaits("-- in lobby");

        alice.type("hello <b>Bob</b>");

        alice.awaits("\u2713 #1 kept after");
        bob.awaits("#1 ");
        bob.awaits("[lobby] alice: hello <b>Bob</b>");
    }

    @Test
    void the_end_of_input_waits_for_the_acks_and_ends_with_0() throws Exception {
        Terminal alice = open("--token=a");
        alice.type("one");
        alice.type("two");
        alice.keyboard.close();

        assertThat(alice.code.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(alice.screen.toString()).contains("#1 kept").contains("#2 kept");
    }

    @Test
    void quit_ends_with_0() throws Exception {
        Terminal alice = open("--token=a");
        alice.awaits("-- in lobby");
        alice.type("/quit");

        assertThat(alice.code.get(10, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void a_limit_is_counted_down_until_one_may_write_again() throws Exception {
        server.instead = (socket, frame) -> {
            if (frame.getString("type").equals("chat")) {
                socket.writeTextMessage(new JsonObject()
                        .put("type", "rate_limited")
                        .put("id", frame.getString("id"))
                        .put("scope", "user")
                        .put("window", "burst")
                        .put("retryAfter", 1_200)
                        .encode());
                return true;
            }
            return false;
        };
        Terminal alice = open("--token=a");
        alice.type("too fast");

        alice.awaits("!! too fast (user, burst): wait 1.2 s");
        alice.awaits("   2 \u2026");
        alice.awaits("   1 \u2026");
        alice.awaits("-- you may write again");
    }

    @Test
    void a_reconnect_is_told_as_it_happens() throws Exception {
        Terminal alice = open("--token=a");
        alice.awaits("-- in lobby");
        ServerWebSocket socket = server.awaitSocket();

        socket.close((short) 1011, "Server failed");

        alice.awaits("-- connection lost (closed 1011 Server failed); trying again in");
        alice.awaits("-- back in lobby, nothing was missed");
    }

    @Test
    void another_room_and_its_history_are_a_line_away() throws Exception {
        server.append("room-1", "earlier");
        Terminal alice = open("--token=a");
        alice.type("/join room-1");
        alice.awaits("-- in room-1, which is at #1");

        alice.type("/history");

        alice.awaits("[room-1] bob: earlier");
    }

    @Test
    void what_others_write_cannot_steer_the_terminal() throws Exception {
        server.append("lobby", "\u001b[2Jgone");
        Terminal alice = open("--token=a");
        alice.awaits("-- in lobby");

        alice.type("/history");

        alice.awaits("bob: \\u001b[2Jgone");
        assertThat(alice.screen.toString()).doesNotContain("\u001b");
    }

    @Test
    void a_token_is_made_of_a_configuration() throws Exception {
        open("--config=conf/dev.json", "--user=alice");

        assertThat(server.awaitHandshake()).isEqualTo("portcullis.v1,bearer.dev.json-alice-lobby");
    }

    @Test
    void a_server_out_of_reach_and_a_refused_token_end_with_1() throws Exception {
        server.insteadOfWelcome = socket -> {
            socket.writeTextMessage("{\"type\":\"auth_failure\",\"reason\":\"expired_token\"}");
            socket.close((short) 1008);
            return true;
        };
        Terminal refused = open("--token=a");
        assertThat(refused.code.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(refused.screen.toString()).contains("expired_token");

        server.close();
        Terminal lonely = open("--token=a");
        assertThat(lonely.code.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(lonely.screen.toString()).contains("nobody listens there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--token=a --config=x --user=b",
                "--config=x",
                "--config=x --user=-",
                "--token=a,b",
                "--token=a --room=-",
                "--token=a --nonsense"
            })
    void a_command_that_is_wrong_ends_with_2(String line) throws Exception {
        Terminal terminal = open(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(terminal.code.get(10, TimeUnit.SECONDS)).isEqualTo(2);
    }

    private Terminal open(String... args) throws IOException {
        Terminal terminal = new Terminal();
        PipedReader end = new PipedReader(terminal.keyboard);
        List<String> all = new ArrayList<>(List.of(args));
        all.add(server.url());
        CommandLine line = new CommandLine(new ChatCommand(ChatCommandTest::read, () -> end))
                .setOut(new PrintWriter(terminal.screen))
                .setErr(new PrintWriter(terminal.screen));
        Thread thread = new Thread(() -> terminal.code.complete(line.execute(all.toArray(new String[0]))));
        thread.setDaemon(true);
        thread.start();
        terminals.add(terminal);
        return terminal;
    }

    private static TokenSource.Found read(Path file) {
        return new TokenSource.Ready((user, rooms) -> file.getFileName() + "-" + user + "-" + String.join(",", rooms));
    }

    private static final class Terminal {
        private final PipedWriter keyboard = new PipedWriter();
        private final Screen screen = new Screen();
        private final CompletableFuture<Integer> code = new CompletableFuture<>();

        void type(String line) throws IOException {
            keyboard.write(line + "\n");
            keyboard.flush();
        }

        void awaits(String text) throws InterruptedException {
            screen.awaits(text);
        }
    }

    private static final class Screen extends Writer {
        private final StringBuilder shown = new StringBuilder();

        synchronized void awaits(String text) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (shown.indexOf(text) < 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                assertThat(left).as("\"%s\" should appear in: %s", text, shown).isPositive();
                wait(left);
            }
        }

        @Override
        public synchronized void write(char[] text, int from, int length) {
            shown.append(text, from, length);
            notifyAll();
        }

        @Override
        public synchronized String toString() {
            return shown.toString();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
