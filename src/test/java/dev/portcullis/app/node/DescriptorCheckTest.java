package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.edge.tcp.FileDescriptors;
import org.junit.jupiter.api.Test;

class DescriptorCheckTest {
    @Test
    void node_with_too_few_descriptors_does_not_start_and_says_what_to_raise() {
        assertThatThrownBy(() -> DescriptorCheck.judge(new FileDescriptors(FileDescriptors.minimum() - 1)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("711 file descriptors")
                .hasMessageContaining("LimitNOFILE");
    }

    @Test
    void node_with_as_many_as_it_needs_starts() {
        assertThatCode(() -> DescriptorCheck.judge(new FileDescriptors(FileDescriptors.minimum())))
                .doesNotThrowAnyException();
    }
}
