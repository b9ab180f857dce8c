package dev.portcullis.client.sdk;

import dev.portcullis.kit.browser.BrowserPage;
import dev.portcullis.kit.browser.Chromium;
import dev.portcullis.kit.program.NodePackages;
import dev.portcullis.kit.program.NodeProgram;
import dev.portcullis.kit.program.Program;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the JavaScript client runs. */
enum SdkRuntime {
    NODEJS {
        @Override
        void assumeInstalled() {
            NodeProgram.assumeInstalled();
        }

        @Override
        StoryTeller tell(Path folder, SdkStage stage) throws Exception {
            Map<String, String> places =
                    Map.of("URL_OF_SERVER", stage.url(), "CONTROL", stage.control(), "STORIES", stage.stories());
            Program program = NodeProgram.start(folder, TESTS.resolve("runner.mjs"), environment(places));
            return new StoryTeller(program, Optional.empty(), program::close);
        }
    },
    CHROMIUM {
        @Override
        void assumeInstalled() {
            Chromium.assumeInstalled();
        }

        @Override
        StoryTeller tell(Path folder, SdkStage stage) throws Exception {
            Chromium browser = new Chromium(folder);
            return new StoryTeller(browser.program(), Optional.of(browser.open(stage.control() + "/")), browser::close);
        }
    };

    static final Path TESTS = Path.of("src/test/resources/dev/portcullis/sdk");
    private static final Path SDK = Path.of("src/main/resources/webroot/sdk/portcullis.js");
    private static final Path SCHEMAS = Path.of("src/main/resources/dev/portcullis/protocol/codec/schemas");

    /** The stories of a stage, under way. The page is there in a browser only. */
    record StoryTeller(Program program, Optional<BrowserPage> page, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /** Leaves the test out, visibly, where it is not installed. */
    abstract void assumeInstalled();

    /** Starts the stories of the stage. */
    abstract StoryTeller tell(Path folder, SdkStage stage) throws Exception;

    /** What scripts of the client need, and more. */
    static Map<String, String> environment(Map<String, String> more) throws Exception {
        Map<String, String> all = new HashMap<>(more);
        all.put("SDK", SDK.toAbsolutePath().toString());
        all.put("SCHEMAS", SCHEMAS.toAbsolutePath().toString());
        NodePackages.find()
                .ifPresent(folder ->
                        all.put("NODE_PATH", folder.resolve("node_modules").toString()));
        return all;
    }
}
