package dev.portcullis.client.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.FakeServer;
import dev.portcullis.client.command.UserTokens;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.junit5.VertxExtension;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@ExtendWith(VertxExtension.class)
class ChatCommandTest {
    private final List<Terminal> terminals = new ArrayList<>();
    private Vertx vertx;
    private FakeServer server;

    @BeforeEach
    void listen(Vertx fresh) throws Exception {
        vertx = fresh;
        server = new FakeServer(vertx);
    }

    @AfterEach
    void close() throws IOException {
        for (Terminal terminal : terminals) {
            terminal.keyboard.close();
        }
    }

    @Test
    void message_of_one_terminal_appears_on_the_other_and_shows_its_ack() throws Exception {
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
    void end_of_input_waits_for_the_acks_and_exits_with_0() throws Exception {
        Terminal alice = open("--token=a");
        alice.type("one");
        alice.type("two");
        alice.keyboard.close();

        assertThat(alice.code.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(alice.screen.toString()).contains("#1 kept").contains("#2 kept");
    }

    /** Its descriptor may be one that the JVM needs. */
    @Test
    void input_that_has_ended_is_not_closed() throws Exception {
        Terminal alice = open("--token=a");
        alice.keyboard.close();

        alice.code.get(30, TimeUnit.SECONDS);

        assertThat(alice.closed).isFalse();
    }

    @Test
    void quit_exits_with_0() throws Exception {
        Terminal alice = open("--token=a");
        alice.awaits("-- in lobby");
        alice.type("/quit");

        assertThat(alice.code.get(30, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void line_is_sent_as_it_was_typed_and_a_double_slash_sends_one() throws Exception {
        Terminal alice = open("--token=a");
        alice.type("  ");
        alice.type("  hello  world ");
        alice.type("//join us");

        alice.awaits("#1 ");
        assertThat(server.awaitFrame("chat").getString("content")).isEqualTo("  hello  world ");
        assertThat(server.awaitFrame("chat").getString("content")).isEqualTo("/join us");
    }

    @ParameterizedTest
    @CsvSource({"/jion lobby, there are /join ROOM", "/join not a room, /join needs", "/join, /join needs"})
    void line_that_is_no_command_gets_a_hint(String line, String hint) throws Exception {
        Terminal alice = open("--token=a");
        alice.type(line);

        alice.awaits("!! " + hint);
    }

    @Test
    void rate_limit_is_shown_until_it_ends() throws Exception {
        server.answer("chat", frame -> FakeServer.rateLimited(1_200));
        Terminal alice = open("--token=a");
        alice.type("too fast");

        alice.awaits("!! too fast (user, burst): wait 1.2 s");
        alice.awaits("-- you may write again");
    }

    @Test
    void limits_at_about_the_same_time_share_one_countdown() throws Exception {
        AtomicInteger limited = new AtomicInteger();
        server.answer("chat", frame -> {
            limited.incrementAndGet();
            return FakeServer.rateLimited(4_000);
        });
        Terminal alice = open("--token=a");
        for (int i = 0; i < 10; i++) {
            alice.type("too fast");
        }

        alice.awaits("-- you may write again");
        alice.type("/quit");
        alice.code.get(30, TimeUnit.SECONDS);
        assertThat(limited).hasValue(10);
        assertThat(alice.screen.toString()).containsOnlyOnce("-- you may write again");
    }

    @Test
    void refusal_shows_the_field_and_the_rule() throws Exception {
        server.answer(
                "chat",
                frame -> new JsonObject()
                        .put("type", "error")
                        .put("reason", "validation_failed")
                        .put("message", "The frame does not match its schema.")
                        .put(
                                "details",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("path", "/content")
                                                .put("rule", "maxLength"))));
        Terminal alice = open("--token=a");
        alice.type("too long");

        alice.awaits("!! validation_failed: The frame does not match its schema. [/content breaks maxLength]");
    }

    @Test
    void second_address_is_used_when_the_first_node_dies() throws Exception {
        FakeServer second = new FakeServer(vertx);
        Terminal alice = open("--token=a", second.url());
        alice.awaits("-- connected to " + second.url());
        second.close();

        alice.awaits("-- connected to " + server.url() + " as alice");
    }

    @Test
    void unreachable_address_is_skipped() throws Exception {
        FakeServer unreachable = new FakeServer(vertx);
        unreachable.close();
        Terminal alice = open("--token=a", unreachable.url());

        alice.awaits("-- connected to " + server.url());
    }

    @Test
    void server_with_its_own_ca_is_trusted_only_where_that_is_given(@TempDir Path folder) throws Exception {
        SelfSigned pair = SelfSigned.in(folder);
        server = new FakeServer(
                vertx,
                new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(pair.certificate().toString())
                                .setKeyPath(pair.key().toString())));

        open("--token=a", "--ca=" + pair.certificate()).awaits("-- connected to wss://");
        Terminal without = open("--token=a");

        assertThat(without.code.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(without.screen.toString()).contains("TLS handshake failed: the server's certificate is not trusted");
    }

    @Test
    void origin_is_sent_only_where_one_is_given() throws Exception {
        open("--token=a", "--origin=https://chat.example");
        assertThat(server.awaitOrigin()).contains("https://chat.example");

        open("--token=a");
        assertThat(server.awaitOrigin()).isEmpty();
    }

    @Test
    void reconnect_is_shown() throws Exception {
        Terminal alice = open("--token=a");
        alice.awaits("-- in lobby");
        ServerWebSocket socket = server.awaitSocket();

        socket.close((short) 1011, "Server failed");

        alice.awaits("-- connection lost (closed 1011 Server failed); trying again in");
        alice.awaits("-- back in lobby, nothing was missed");
    }

    @Test
    void join_and_history_show_another_room() throws Exception {
        server.append("room-1", "earlier");
        Terminal alice = open("--token=a");
        alice.type("/join room-1");
        alice.awaits("-- in room-1, which is at #1");

        alice.type("/history");

        alice.awaits("[room-1] bob: earlier");
    }

    @Test
    void text_of_others_cannot_control_the_terminal() throws Exception {
        server.append("lobby", "\u001b[2Jgone");
        Terminal alice = open("--token=a");
        alice.awaits("-- in lobby");

        alice.type("/history");

        alice.awaits("bob: \\u001b[2Jgone");
        assertThat(alice.screen.toString()).doesNotContain("\u001b");
    }

    @Test
    void token_is_made_with_a_configuration() throws Exception {
        open("--config=conf/dev.json", "--user=alice");

        assertThat(server.awaitHandshake()).isEqualTo("portcullis.v1,bearer.dev.json-MEMBER-alice-lobby");
    }

    @Test
    void token_of_a_configuration_has_the_requested_role_and_rooms() throws Exception {
        open("--config=conf/dev.json", "--user=alice", "--role=moderator", "--rooms=lobby,team-1");

        assertThat(server.awaitHandshake()).isEqualTo("portcullis.v1,bearer.dev.json-MODERATOR-alice-lobby-team-1");
    }

    @Test
    void unreachable_server_and_refused_token_exit_with_1() throws Exception {
        server.refuseTokens();
        Terminal refused = open("--token=a");
        assertThat(refused.code.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(refused.screen.toString()).contains("expired_token");

        server.close();
        Terminal unreachable = open("--token=a");
        assertThat(unreachable.code.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(unreachable.screen.toString())
                .contains("!! could not connect (connection refused)")
                .doesNotContain("trying again", "connection ended");

        Terminal withoutInput = open("--token=a");
        withoutInput.keyboard.close();
        assertThat(withoutInput.code.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(withoutInput.screen.toString()).contains("could not connect");
    }

    @Test
    void piped_line_that_the_server_refuses_exits_with_1_and_the_reason() throws Exception {
        server.refuseTokens();
        for (int i = 0; i < 10; i++) {
            Terminal refused = open("--token=a");
            refused.type("hi");
            refused.keyboard.close();
            assertThat(refused.code.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(refused.screen.toString()).contains("expired_token");
        }
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
                "--token=a --rooms=-",
                "--token=a --role=boss",
                "--token=a --ca=no/such/file",
                "--token=a --ca=pom.xml",
                "--token=a --nonsense"
            })
    void invalid_options_exit_with_2(String line) throws Exception {
        Terminal terminal = open(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(terminal.code.get(30, TimeUnit.SECONDS)).isEqualTo(2);
    }

    private Terminal open(String... args) throws IOException {
        Terminal terminal = new Terminal();
        PipedReader end = new PipedReader(terminal.keyboard) {
            @Override
            public void close() throws IOException {
                terminal.closed.set(true);
                super.close();
            }
        };
        List<String> all = new ArrayList<>(List.of(args));
        all.add(server.url());
        CommandLine line = new CommandLine(new ChatCommand(ChatCommandTest::read, () -> end, 60))
                .setOut(new PrintWriter(terminal.screen))
                .setErr(new PrintWriter(terminal.screen));
        Thread thread = new Thread(() -> terminal.code.complete(line.execute(all.toArray(new String[0]))));
        thread.setDaemon(true);
        thread.start();
        terminals.add(terminal);
        return terminal;
    }

    private static Result<UserTokens, String> read(Path file, Role role) {
        return Result.done(
                (user, rooms) -> file.getFileName() + "-" + role + "-" + user + "-" + String.join("-", rooms));
    }

    private static final class Terminal {
        private final PipedWriter keyboard = new PipedWriter();
        private final Screen screen = new Screen();
        private final AtomicBoolean closed = new AtomicBoolean();
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
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
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
