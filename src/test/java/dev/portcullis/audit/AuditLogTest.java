package dev.portcullis.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.portcullis.audit.logging.LogConfig;
import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.audit.logging.NodeNameProvider;
import dev.portcullis.config.Json;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.UserId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of the released configuration, captured at its own encoder. */
class AuditLogTest {
    private static final String ROOT = Logger.ROOT_LOGGER_NAME;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    private final LoggerContext shared = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final LoggerContext released = new LoggerContext();

    @BeforeEach
    void captureLog() throws JoranException {
        released.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(released);
        configurator.doConfigure(AuditLogTest.class.getResource("/logback.xml"));
        ConsoleAppender<ILoggingEvent> console =
                (ConsoleAppender<ILoggingEvent>) released.getLogger(ROOT).getAppender("JSON");
        assertThat(console.getTarget()).isEqualTo("System.err");
        appender.setName("JSON");
        appender.setContext(released);
        appender.setEncoder(console.getEncoder());
        appender.setOutputStream(written);
        appender.start();
        released.putProperty(NodeNameProvider.NODE, "node-7");
        released.getLogger(ROOT).detachAppender(console);
        released.getLogger(ROOT).addAppender(appender);
        shared.getLogger(Audit.class).addAppender(appender);
    }

    @AfterEach
    void releaseLog() {
        shared.getLogger(Audit.class).detachAppender(appender);
        released.stop();
    }

    @Test
    void event_is_one_json_object_with_its_fields() throws IOException {
        new Audit(new AuditConfig(10_000, 16), () -> 0, AuditLog::write)
                .event(AuditEvent.of(EventName.WS_DISCONNECT)
                        .requestId("r1")
                        .user(new UserId("ann"))
                        .session("s1")
                        .ip("192.0.2.1")
                        .origin("https://chat.example.com")
                        .action(FrameType.CHAT)
                        .resource("lobby")
                        .code(CloseCode.HEARTBEAT_TIMEOUT)
                        .durationMs(1_500)
                        .messageCount(3));
        Map<?, ?> line = onlyLine();
        assertThat(line.get("timestamp")).asString().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(line.get("severity")).isEqualTo("INFO");
        assertThat(line.get("node")).isEqualTo("node-7");
        assertThat(line.get("event")).isEqualTo("ws.disconnect");
        assertThat(line.get("message")).isEqualTo("a connection ended");
        assertThat(line.get("requestId")).isEqualTo("r1");
        assertThat(line.get("userId")).isEqualTo("ann");
        assertThat(line.get("sessionId")).isEqualTo("s1");
        assertThat(line.get("ip")).isEqualTo("192.0.2.1");
        assertThat(line.get("origin")).isEqualTo("https://chat.example.com");
        assertThat(line.get("action")).isEqualTo("chat");
        assertThat(line.get("resource")).isEqualTo("lobby");
        assertThat(line.get("code")).isEqualTo(4000L);
        assertThat(line.get("durationMs")).isEqualTo(1_500L);
        assertThat(line.get("messageCount")).isEqualTo(3L);
    }

    @Test
    void repeats_are_logged_as_one_line_with_their_count() throws IOException {
        AtomicLong now = new AtomicLong();
        Audit audit = new Audit(new AuditConfig(10_000, 16), now::get, AuditLog::write);
        Rejection why = Rejection.limited(Rejection.Scope.USER, Rejection.Window.MINUTE, 5);
        AuditEvent event =
                AuditEvent.of(EventName.of(why)).user(new UserId("ann")).refused(why);
        audit.event(event);
        audit.event(event);
        audit.event(event);
        assertThat(onlyLine().get("scope")).isEqualTo("user/minute");
        written.reset();
        now.set(10_000);
        audit.flush();
        assertThat(onlyLine().get("count")).isEqualTo(2L);
        assertThat(onlyLine().get("reason")).isEqualTo("rate_limited");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n{\"event\":\"forged\"}",
                "\r",
                "\u001B[2J",
                "\u007F",
                "\u0085",
                "\u009B31m",
                "\u2028",
                "\u2029",
                "\u202E",
                "\u2066",
                "\u2069",
                "\u200F",
                "\u061C",
                "\uFEFF",
                "\0"
            })
    void control_and_invisible_characters_are_escaped(String hostile) throws IOException {
        released.getLogger("x")
                .atInfo()
                .addKeyValue("origin", "a" + hostile + "b")
                .log("m" + hostile);
        String raw = written.toString(StandardCharsets.UTF_8);
        assertThat(raw).endsWith("\n");
        assertThat(raw.stripTrailing().codePoints())
                .noneMatch(each -> Character.isISOControl(each)
                        || Character.getType(each) == Character.FORMAT
                        || each == 0x2028
                        || each == 0x2029);
        assertThat(onlyLine().get("origin")).isEqualTo("a" + hostile + "b");
    }

    @Test
    void printable_letters_are_not_escaped() {
        released.getLogger("x").info("Grüße, привет, 你好 😀");
        assertThat(written.toString(StandardCharsets.UTF_8)).contains("Grüße, привет, 你好");
    }

    @Test
    void throwable_is_logged_with_frames_and_without_messages() throws IOException {
        IOException inner = new IOException("token eyJhbGciOi");
        released.getLogger("x").error("it failed", new IllegalStateException("body hunter2", inner));
        String raw = written.toString(StandardCharsets.UTF_8);
        assertThat(raw).doesNotContain("eyJhbGciOi").doesNotContain("hunter2");
        assertThat(onlyLine().get("trace"))
                .asString()
                .startsWith("java.lang.IllegalStateException\n  ")
                .contains("AuditLogTest.throwable_is_logged_with_frames_and_without_messages")
                .contains("\ncaused by java.io.IOException\n");
    }

    @Test
    void cyclic_causes_are_cut() throws IOException {
        IllegalStateException one = new IllegalStateException();
        one.initCause(new IllegalStateException(one));
        released.getLogger("x").error("round and round", one);
        assertThat(onlyLine().get("trace")).asString().contains("caused by");
    }

    @Test
    void client_text_is_cut() throws IOException {
        new Audit(new AuditConfig(10_000, 16), () -> 0, AuditLog::write)
                .event(AuditEvent.of(EventName.WS_CONNECT).origin("x".repeat(10_000)));
        assertThat(onlyLine().get("origin")).asString().hasSize(256);
    }

    @Test
    void info_of_libraries_is_not_logged() {
        released.getLogger("io.netty.channel").info("chatter");
        released.getLogger("io.vertx.core").info("chatter");
        released.getLogger("x").debug("chatter");
        assertThat(written.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "io.vertx.core.http.impl.HttpServerImpl, vertx.log",
        "io.vertx.core.impl.BlockedThreadChecker, loop.blocked",
        "io.netty.channel.DefaultChannelPipeline, netty.log",
        "com.hazelcast.internal.cluster.ClusterService, hazelcast.log",
        "dev.portcullis.edge.socket.ChatSocket, edge.log",
        "org.rocksdb.RocksDB, library.log"
    })
    void each_line_of_a_library_has_an_event(String logger, String event) throws IOException {
        released.getLogger(logger).warn("something");
        assertThat(onlyLine().get("event")).isEqualTo(event);
        written.reset();
        released.getLogger(logger).atWarn().addKeyValue("event", "own.name").log("something");
        assertThat(written.toString(StandardCharsets.UTF_8)).containsOnlyOnce("\"event\"");
        assertThat(onlyLine().get("event")).isEqualTo("own.name");
    }

    @Test
    void debug_level_applies_to_this_program_only_and_error_level_to_all() {
        LogContext.apply(released, new LogConfig(LogConfig.Level.DEBUG, LogConfig.Format.JSON), true);
        released.getLogger("dev.portcullis.edge.X").debug("ours");
        released.getLogger("io.netty.channel").debug("chatter");
        released.getLogger("io.vertx.core").info("chatter");
        assertThat(written.toString(StandardCharsets.UTF_8)).contains("ours").doesNotContain("chatter");
        written.reset();
        LogContext.apply(released, new LogConfig(LogConfig.Level.ERROR, LogConfig.Format.JSON), true);
        released.getLogger("dev.portcullis.edge.X").warn("ours");
        released.getLogger("io.netty.channel").warn("chatter");
        released.getLogger("x").warn("chatter");
        assertThat(written.size()).isZero();
        released.getLogger("dev.portcullis.edge.X").error("trouble");
        assertThat(written.toString(StandardCharsets.UTF_8)).contains("trouble");
    }

    @ParameterizedTest
    @CsvSource({"TEXT, false, true", "TEXT, true, true", "JSON, true, false", "AUTO, true, true", "AUTO, false, false"})
    void line_is_text_if_configured_or_on_a_terminal(LogConfig.Format format, boolean terminal, boolean text) {
        LogContext.apply(released, new LogConfig(LogConfig.Level.INFO, format), terminal);
        released.getLogger("dev.portcullis.x")
                .atInfo()
                .addKeyValue("event", "ws.connect")
                .addKeyValue("userId", "ann")
                .addKeyValue("origin", "http://a b")
                .log("a connection was opened");
        String line = written.toString(StandardCharsets.UTF_8);
        if (text) {
            assertThat(line)
                    .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  ws\\.connect  a connection was opened  userId=ann"
                            + "  origin=\"http://a b\"\n");
        } else {
            assertThat(line).startsWith("{").contains("\"event\":\"ws.connect\"");
        }
    }

    @Test
    void client_text_can_neither_forge_a_text_line_nor_move_the_cursor() {
        LogContext.apply(released, new LogConfig(LogConfig.Level.INFO, LogConfig.Format.TEXT), false);
        String hostile = "a\n12:00:00.000 ERROR forged \u001B[2J\u202E\u2028\u0085 \" x=y";
        released.getLogger("x").atInfo().addKeyValue("origin", hostile).log("m" + hostile);
        String line = written.toString(StandardCharsets.UTF_8);
        assertThat(line).endsWith("\n").contains("forged");
        assertThat(line.stripTrailing().codePoints())
                .noneMatch(each ->
                        Character.isISOControl(each) || Character.getType(each) == Character.FORMAT || each == 0x2028);
        assertThat(line).as("a quote does not end the value").contains("\\\" x=y\"");
    }

    @Test
    void trace_of_a_text_line_has_frames_and_no_messages() {
        LogContext.apply(released, new LogConfig(LogConfig.Level.INFO, LogConfig.Format.TEXT), false);
        released.getLogger("x").error("it failed", new IllegalStateException("body hunter2"));
        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("library.log  it failed\n    java.lang.IllegalStateException\n      ")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/pts/0, true",
        "/dev/tty1, true",
        "/dev/console, true",
        "/dev/null, false",
        "pipe:[123], false",
        "/var/log/x, false"
    })
    void terminal_is_recognised_by_its_device(String device, boolean terminal) {
        assertThat(LogContext.isTerminal(device)).isEqualTo(terminal);
    }

    private Map<?, ?> onlyLine() throws IOException {
        List<String> lines = Arrays.asList(
                written.toString(StandardCharsets.UTF_8).stripTrailing().split("\n", -1));
        assertThat(lines).hasSize(1);
        return (Map<?, ?>) java.util.Objects.requireNonNull(Json.parse(lines.get(0)));
    }
}
