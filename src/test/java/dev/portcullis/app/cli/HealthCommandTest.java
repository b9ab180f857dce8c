package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.portcullis.app.Main;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.TestNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCommandTest {
    private final Terminal terminal = Terminal.of(Main.commands(Map.of(), config -> 0));

    @Test
    void node_that_takes_clients_is_ready() {
        try (TestNode node = TestNode.generous()) {
            String url = node.admin("/health/ready").toString();
            assertThat(Await.until(() -> terminal.run("health", url) == 0)) // once its checks have run
                    .as(terminal::errors)
                    .isTrue();
        }
        assertThat(terminal.printed().lines()).containsExactly("ready");
    }

    @Test
    void node_that_takes_no_clients_ends_with_1_and_its_status() throws Exception {
        HttpServer drained = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        drained.createContext("/health/ready", call -> {
            call.sendResponseHeaders(503, -1);
            call.close();
        });
        drained.createContext(
                "/",
                call -> { // as the dashboard, which is there all the same
                    call.sendResponseHeaders(200, -1);
                    call.close();
                });
        drained.start();
        try {
            String url = "http://127.0.0.1:" + drained.getAddress().getPort() + "/health/ready";
            assertThat(terminal.run("health", url)).isEqualTo(1);
            for (String address : List.of(url.replace("/health/ready", ""), url.replace("health/ready", ""))) {
                assertThat(terminal.run("health", address)).as(address).isEqualTo(1);
            }
        } finally {
            drained.stop(0);
        }
        assertThat(terminal.printed()).isEmpty();
        assertThat(terminal.errors()).contains("answered 503");
    }

    @Test
    void absent_node_ends_with_1() {
        String address = "127.0.0.1:" + FreePort.find();
        assertThat(terminal.run("health", "http://" + address + "/health/live")).isEqualTo(1);
        assertThat(terminal.errors()).startsWith("no node answers at " + address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9090", "ftp://127.0.0.1/", "http://", "not a url"})
    void address_that_is_no_url_of_http_is_a_wrong_command_line(String url) {
        assertThat(terminal.run("health", url)).isEqualTo(2);
        assertThat(terminal.errors()).contains("is no URL");
    }
}
