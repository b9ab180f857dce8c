package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.ThreeNodes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** On three nodes with one Redis. */
class ThreeNodesMailedLinksIT extends MailedLinksAcrossNodes {
    private @Nullable ThreeNodes nodes;

    @Override
    void start(String... sets) {
        nodes = new ThreeNodes(sets);
    }

    @Override
    TestNode node() {
        return Objects.requireNonNull(nodes).node();
    }

    @Override
    void stop() {
        Objects.requireNonNull(nodes).close();
    }
}
