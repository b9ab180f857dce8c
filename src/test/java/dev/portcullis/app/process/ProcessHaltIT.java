package dev.portcullis.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that can't serve any more ends and says why. */
class ProcessHaltIT {
    private static final long TIMEOUT_SECONDS = 180;

    private @Nullable Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap", "direct", "thread"})
    void process_without_memory_ends_with_a_line(String where) throws Exception {
        Process ended = fork(where);
        assertThat(ended.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(ended.exitValue()).isEqualTo(ProcessHalt.OUT_OF_MEMORY);
        assertThat(ended.errorReader().lines().filter(line -> line.startsWith("out of memory: ")))
                .hasSize(1);
    }

    @Test
    void threads_that_have_no_memory_at_once_leave_one_line_between_them() throws Exception {
        Process ended = fork("threads");
        assertThat(ended.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(ended.exitValue()).isEqualTo(ProcessHalt.OUT_OF_MEMORY);
        assertThat(ended.errorReader().lines()).singleElement().asString().startsWith("out of memory: ");
    }

    @Test
    void process_with_a_blocked_event_loop_ends_with_a_line_that_names_it() throws Exception {
        Process ended = fork("loop");
        assertThat(ended.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(ended.exitValue()).isEqualTo(ProcessHalt.LOOP_BLOCKED);
        assertThat(ended.errorReader().lines().filter(line -> line.startsWith("event loop blocked for 5000 ms")))
                .singleElement()
                .asString()
                .contains("vert.x-eventloop-thread-", "CountDownLatch.await");
    }

    @Test
    void process_that_only_collects_garbage_ends_with_a_line() throws Exception {
        Process ended = fork("garbage");
        assertThat(ended.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(ended.exitValue()).isEqualTo(ProcessHalt.OUT_OF_MEMORY);
        assertThat(ended.errorReader().lines().filter(line -> line.startsWith("out of memory: ")))
                .singleElement()
                .asString()
                .contains("nothing was done but collecting garbage");
    }

    @Test
    void process_that_collects_all_the_time_and_has_room_goes_on() throws Exception {
        Process busy = fork("busy");
        assertThat(busy.waitFor(10, TimeUnit.SECONDS)).isFalse();
    }

    /** A debugger, a hypervisor and SIGSTOP suspend the watchdog together with the process. */
    @Test
    void process_that_was_suspended_for_longer_goes_on() throws Exception {
        Process suspended = fork("suspended");
        BufferedReader out = suspended.inputReader();
        assertThat(out.readLine()).isEqualTo("watched");
        Signal.STOP.to(suspended.pid());
        assertThat(suspended.waitFor(10, TimeUnit.SECONDS)).isFalse();
        Signal.CONT.to(suspended.pid());
        for (int i = 0; i < 3; i++) {
            suspended.getOutputStream().write('x');
            suspended.getOutputStream().flush();
            assertThat(out.readLine()).isEqualTo("alive 120");
            assertThat(suspended.waitFor(500, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private Process fork(String what) throws IOException {
        Process started = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-Dio.netty.maxDirectMemory=16777216",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HaltingProcess.class.getName(),
                        what)
                .redirectOutput(
                        what.equals("suspended") ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.DISCARD)
                .start();
        process = started;
        return started;
    }
}
