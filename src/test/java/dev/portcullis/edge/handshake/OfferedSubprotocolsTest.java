package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OfferedSubprotocolsTest {
    @Test
    void names_come_from_all_lines_without_the_space_around_them() {
        OfferedSubprotocols subprotocols =
                OfferedSubprotocols.from(List.of(" portcullis.v1 ,\tbearer.a", "chat.v9", ""));
        assertThat(subprotocols.names()).containsExactly("portcullis.v1", "bearer.a", "chat.v9");
        assertThat(subprotocols.tokens()).containsExactly("a");
    }

    @Test
    void our_own_name_is_echoed_wherever_it_stands() {
        assertThat(OfferedSubprotocols.from(List.of("bearer.a, portcullis.v1")).echo())
                .contains("portcullis.v1");
        assertThat(OfferedSubprotocols.from(List.of("bearer.a", "portcullis.v1"))
                        .echo())
                .contains("portcullis.v1");
    }

    @Test
    void the_token_is_echoed_only_where_nothing_else_is_known() {
        assertThat(OfferedSubprotocols.from(List.of("chat.v9, bearer.a, bearer.b"))
                        .echo())
                .contains("bearer.a");
        assertThat(OfferedSubprotocols.from(List.of("chat.v9")).echo()).isEmpty();
        assertThat(OfferedSubprotocols.from(List.of()).echo()).isEmpty();
    }

    @Test
    void names_are_compared_exactly() {
        assertThat(OfferedSubprotocols.from(List.of("Portcullis.v1, portcullis.v10, Bearer.a"))
                        .echo())
                .isEmpty();
    }

    @Test
    void no_more_than_sixteen_are_looked_at() {
        String many = IntStream.range(0, 100).mapToObj(i -> "bearer." + i).collect(Collectors.joining(","));
        assertThat(OfferedSubprotocols.from(List.of(many, many)).names()).hasSize(16);
        assertThat(OfferedSubprotocols.from(List.of(",".repeat(10_000) + "bearer.a,portcullis.v1"))
                        .names())
                .as("the rest of a line is no name")
                .isEmpty();
    }
}
