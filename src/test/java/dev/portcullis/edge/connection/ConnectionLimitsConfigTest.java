package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Section;
import dev.portcullis.edge.tcp.FileDescriptors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConnectionLimitsConfigTest {
    private static final int FEW = FileDescriptors.RESERVED + 400;

    @Test
    void connections_leave_the_descriptors_that_the_store_needs() throws IOException {
        ConnectionLimitsConfig limits = read("{}", FEW);

        assertThat(limits.perNode()).isEqualTo(300);
        assertThat(limits.pendingPerNode()).isEqualTo(100);
        assertThat(limits.fewerThanAsked())
                .as("the operator must learn it of the defaults too")
                .isTrue();
    }

    @Test
    void configured_limits_that_need_more_descriptors_are_lowered_and_reported() throws IOException {
        ConnectionLimitsConfig open = read("{\"connectionsPerNode\": 301, \"pendingConnectionsPerNode\": 100}", FEW);
        ConnectionLimitsConfig pending = read("{\"connectionsPerNode\": 300, \"pendingConnectionsPerNode\": 101}", FEW);

        assertThat(open.perNode()).isEqualTo(300);
        assertThat(open.fewerThanAsked()).isTrue();
        assertThat(pending.pendingPerNode()).isEqualTo(100);
        assertThat(pending.fewerThanAsked()).isTrue();
    }

    @Test
    void configured_limits_that_fit_stay() throws IOException {
        ConnectionLimitsConfig limits = read("{\"connectionsPerNode\": 300, \"pendingConnectionsPerNode\": 100}", FEW);

        assertThat(limits.perNode()).isEqualTo(300);
        assertThat(limits.pendingPerNode()).isEqualTo(100);
        assertThat(limits.fewerThanAsked()).isFalse();
    }

    @Test
    void unknown_number_of_descriptors_limits_nothing() throws IOException {
        assertThat(read("{\"connectionsPerNode\": 200}", Long.MAX_VALUE).perNode())
                .isEqualTo(200);
    }

    private static ConnectionLimitsConfig read(String limits, long descriptors) throws IOException {
        Map<?, ?> json = (Map<?, ?>) Objects.requireNonNull(Json.parse(limits));
        return ConnectionLimitsConfig.read(
                Section.root(json, new ConfigReading(Map.of(), Path.of(""))),
                1 << 20,
                false,
                new FileDescriptors(descriptors));
    }
}
