package dev.portcullis.hooks;

import java.util.List;

class EmbeddedHooksIT extends HooksContract {
    @Override
    List<String> store() {
        return List.of();
    }
}
