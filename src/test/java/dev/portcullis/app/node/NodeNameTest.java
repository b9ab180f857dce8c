package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeNameTest {
    @Test
    void name_is_the_host_and_four_letters() {
        assertThat(NodeName.on("chat-1.example.com")).matches("chat-1\\.example\\.com-[0-9a-z]{4}");
        assertThat(NodeName.next()).matches("[A-Za-z0-9.-]+-[0-9a-z]{4}");
    }

    @Test
    void nodes_of_one_host_differ() {
        List<String> names =
                IntStream.range(0, 20).mapToObj(i -> NodeName.on("host")).toList();
        assertThat(names.stream().distinct().count()).isGreaterThan(15);
    }

    /** The name is part of each log line and of each address on the bus. */
    @Test
    void unusual_characters_of_a_host_are_replaced() {
        assertThat(NodeName.on("a\n\"b\" @c/d_é.")).matches("a-b-c-d-\\.-[0-9a-z]{4}");
        assertThat(NodeName.on("x".repeat(300))).hasSize(63 + 1 + 4);
        assertThat(NodeName.on("")).matches("-[0-9a-z]{4}");
    }
}
