package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import java.util.List;

/** On one node with its embedded store. */
class EventIT extends EventContract {
    @Override
    List<TestNode> site(String... sets) {
        return List.of(TestNode.generous(sets));
    }
}
