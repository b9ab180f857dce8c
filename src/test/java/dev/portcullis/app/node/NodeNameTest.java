package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeNameTest {
    @Test
    void name_is_the_host_and_four_letters() {
        assertThat(NodeName.on("chat-1.example.com")).matches("chat-1\\.example\\.com-[0-9a-z]{4}");
        assertThat(NodeName.of(config()).value()).matches("[A-Za-z0-9.-]+-[0-9a-z]{4}");
    }

    @Test
    void configured_name_stands_for_the_host() {
        NodeConfig named = config("node.name=rack-7.chat");
        assertThat(NodeName.machine(named.nodeName())).isEqualTo("rack-7.chat");
        assertThat(NodeName.of(named).value()).matches("rack-7\\.chat-[0-9a-z]{4}");
    }

    /** A node that waits for its store is one node in its log. */
    @Test
    void name_stays_until_other_nodes_know_it() {
        NodeName name = NodeName.of(config("node.name=" + "a".repeat(63)));
        String first = name.value();
        assertThat(name.value()).isEqualTo(first).hasSize(63 + 5);
        name.appeared();
        assertThat(name.value()).isNotEqualTo(first).startsWith("aaa");
    }

    private static NodeConfig config(String... sets) {
        return ConfigFile.load(Configs.empty(), List.of(sets), Map.of(), NodeConfigReader::read)
                .fold(good -> good.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
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
