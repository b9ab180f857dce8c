package dev.portcullis.journey;

import dev.portcullis.kit.TestNode;
import java.util.List;
import java.util.stream.Stream;

/** On one node, whose archive has what leaves the window. */
class ExpiryIT extends ExpiryContract {
    @Override
    boolean keepsAll() {
        return true;
    }

    @Override
    List<TestNode> site(String... sets) {
        return List.of(TestNode.generous(Stream.concat(Stream.of(sets), Stream.of("archive.kind=embedded"))
                .toArray(String[]::new)));
    }
}
