package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** On one node, with limits as shipped. */
class MailedLinksIT extends MailedLinksContract {
    private @Nullable TestNode node;

    @Override
    void start(String... sets) {
        node = TestNode.start(sets);
    }

    @Override
    TestNode node() {
        return Objects.requireNonNull(node);
    }

    @Override
    void stop() {
        node().close();
    }
}
