package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.ExposureWarnings;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.HostPort;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartupBannerTest {
    private static final HostPort ADMIN = new HostPort("127.0.0.1", 9090);
    private static final Map<Stage, Integer> STAGES =
            new EnumMap<>(Map.of(Stage.EDGE, 2, Stage.AUTH, 1, Stage.RATELIMIT, 1, Stage.ROOMS, 0, Stage.BROADCAST, 1));
    private static final ExposureWarnings CLOSED = new ExposureWarnings(List.of());
    private static final List<String> READY = List.of();

    @Test
    void banner_of_a_development_node_lists_its_exposures() {
        ExposureWarnings open = new ExposureWarnings(List.of(
                new ExposureWarnings.Opening("no TLS needed", "tls.required"),
                new ExposureWarnings.Opening("operators in plain HTTP beyond this machine", "admin.host")));
        assertThat(new StartupBanner(
                                "0.1.0",
                                false,
                                new HostPort("127.0.0.1", 8080),
                                ADMIN,
                                STAGES,
                                "embedded, temporary",
                                Optional.empty(),
                                open,
                                READY)
                        .text())
                .isEqualTo("Portcullis 0.1.0 is ready at http://127.0.0.1:8080"
                        + " | operators: http://127.0.0.1:9090"
                        + " | stages: edge 2, auth 1, ratelimit 1, broadcast 1"
                        + " | store: embedded, temporary"
                        + " | LEFT OPEN: no TLS needed, operators in plain HTTP beyond this machine");
    }

    @Test
    void banner_of_a_node_without_exposures_says_so() {
        assertThat(new StartupBanner(
                                "0.1.0",
                                true,
                                new HostPort("::", 443),
                                ADMIN,
                                STAGES,
                                "embedded, data/store",
                                Optional.empty(),
                                CLOSED,
                                READY)
                        .text())
                .isEqualTo("Portcullis 0.1.0 is ready at https://[::]:443"
                        + " | operators: http://127.0.0.1:9090"
                        + " | stages: edge 2, auth 1, ratelimit 1, broadcast 1"
                        + " | store: embedded, data/store | nothing left open");
    }

    @Test
    void banner_is_one_line_for_any_name_of_the_folder() {
        String folder = "embedded, a\nb\u001b[2J\u202e\u0085c";
        assertThat(new StartupBanner(
                                "0.1.0",
                                true,
                                new HostPort("::", 443),
                                ADMIN,
                                STAGES,
                                folder,
                                Optional.empty(),
                                CLOSED,
                                READY)
                        .text())
                .contains("store: embedded, a b [2J c |")
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
    }

    @Test
    void banner_of_a_cluster_node_names_its_cluster_and_no_address_without_an_edge() {
        Optional<String> cluster = Optional.of("chat at 10.0.0.2:5701, looks for 10.0.0.1:5701, bus with TLS");
        assertThat(new StartupBanner(
                                "0.1.0", false, ADMIN, ADMIN, Map.of(Stage.ROOMS, 1), "redis", cluster, CLOSED, READY)
                        .text())
                .isEqualTo("Portcullis 0.1.0 is ready | operators: http://127.0.0.1:9090 | stages: rooms 1"
                        + " | store: redis | cluster: chat at 10.0.0.2:5701, looks for 10.0.0.1:5701, bus with TLS"
                        + " | nothing left open");
    }

    @Test
    void banner_of_a_node_that_can_not_serve_lists_the_missing_checks() {
        List<String> missing = List.of("store", "peers");
        Map<Stage, Integer> edge = Map.of(Stage.EDGE, 1);
        HostPort http = new HostPort("127.0.0.1", 8080);
        assertThat(new StartupBanner("0.1.0", false, http, ADMIN, edge, "redis", Optional.empty(), CLOSED, missing)
                        .text())
                .isEqualTo("Portcullis 0.1.0 is up at http://127.0.0.1:8080, not ready: store, peers"
                        + " | operators: http://127.0.0.1:9090 | stages: edge 1 | store: redis | nothing left open");
    }
}
