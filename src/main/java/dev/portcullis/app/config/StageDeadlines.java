package dev.portcullis.app.config;

import dev.portcullis.auth.key.KeysConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Section;
import dev.portcullis.edge.connection.FrameDeadline;

/** Checks that each wait ends before the one that contains it, so that the right part is blamed for a failure. */
final class StageDeadlines {
    private final NodeConfig config;

    StageDeadlines(NodeConfig config) {
        this.config = config;
    }

    void check(Section root) {
        checkKeyWaits(root.section("auth"));
        checkAnswerDeadline(root);
        checkHookDeadlines(root);
        checkJoinDeadline(root.section("streams"));
        checkStoreTimeout(root);
    }

    /**
     * Requires that a wait for keys ends before the bus deadline: otherwise the circuit breakers would blame the stage auth for
     * the server of an issuer.
     */
    private void checkKeyWaits(Section auth) {
        KeysConfig keys = config.auth().tokens().keys();
        requireBelowDeadline(auth.section("jwks"), "waitMs", keys.waitMs());
        requireBelowDeadline(
                auth.section("signatures"), "maxWaitMs", keys.threads().maxWaitMs());
    }

    private void requireBelowDeadline(Section section, String name, long millis) {
        if (section.has(name) && millis >= config.bus().deadlineMs()) {
            section.problem(
                    name,
                    "is not below bus.deadlineMs",
                    "the stage auth must be able to answer unavailable: less than "
                            + config.bus().deadlineMs() + " is needed");
        }
    }

    /**
     * A frame is admitted, authorized and published before its sender gets {@code unavailable}. The wait for fresh
     * cutoffs is taken from the time for publishing.
     */
    private void checkAnswerDeadline(Section root) {
        boolean waitsForCutoffs =
                config.edge().cutoffs().maxWaitMs() > config.broadcast().publishTimeoutMs();
        long longest = 2 * config.bus().deadlineMs()
                + (waitsForCutoffs
                        ? config.edge().cutoffs().maxWaitMs()
                        : config.broadcast().publishTimeoutMs());
        if (longest > FrameDeadline.ANSWER_MS) {
            root.problem(
                    waitsForCutoffs ? "cutoffs.maxWaitMs" : "broadcast.publishTimeoutMs",
                    "lets a frame wait for " + longest + " ms with twice bus.deadlineMs",
                    "both together may take " + FrameDeadline.ANSWER_MS + " ms: an unavailable is due within 5 s");
        }
    }

    /**
     * Requires that a call of a hook ends before the bus deadline: otherwise the circuit breakers would blame a stage for the
     * service that it waits for.
     */
    private void checkHookDeadlines(Section root) {
        config.broadcast()
                .moderation()
                .ifPresent(hook -> checkHookDeadline(
                        root, "content.hook", Stage.BROADCAST, hook.bounds().deadlineMs()));
        config.rooms()
                .authorizer()
                .ifPresent(hook -> checkHookDeadline(
                        root,
                        "rooms.authorizer.http",
                        Stage.ROOMS,
                        hook.bounds().deadlineMs()));
        config.direct()
                .hook()
                .ifPresent(hook -> checkHookDeadline(
                        root, "direct.hook", Stage.ROOMS, hook.bounds().deadlineMs()));
    }

    private void checkHookDeadline(Section root, String hook, Stage stage, long deadlineMs) {
        if (deadlineMs >= config.bus().deadlineMs()) {
            root.problem(
                    hook + ".deadlineMs",
                    "is not below bus.deadlineMs",
                    "the stage " + stage.id() + " must be able to answer in time: less than "
                            + config.bus().deadlineMs() + " is needed");
        }
    }

    /** A join is answered in time whatever its reads do, but at least one read must have time to finish. */
    private void checkJoinDeadline(Section section) {
        long longest = 2 * config.bus().deadlineMs() + config.streams().readMs();
        if (longest > FrameDeadline.ANSWER_MS) {
            section.problem(
                    "readMs",
                    "lets a join wait for " + longest + " ms with twice bus.deadlineMs",
                    "both together may take " + FrameDeadline.ANSWER_MS + " ms: an unavailable is due within 5 s");
        }
    }

    /**
     * A stage must report a store timeout within its own deadline; otherwise the circuit breakers blame the stage for
     * it.
     */
    private void checkStoreTimeout(Section root) {
        if (!config.usesRedis()) {
            return;
        }
        int timeoutMs = config.redis().timeoutMs();
        if (timeoutMs >= config.bus().deadlineMs()) {
            root.problem(
                    "store.redis.timeoutMs",
                    "is not below bus.deadlineMs",
                    "a stage must be able to say that the store does not answer: less than "
                            + config.bus().deadlineMs() + " is needed");
        } else if (timeoutMs >= config.edge().cutoffs().maxAgeMs()) {
            root.problem(
                    "store.redis.timeoutMs",
                    "is not below cutoffs.maxAgeMs",
                    "each read of the cutoffs that fails would delay all frames: less than "
                            + config.edge().cutoffs().maxAgeMs() + " is needed");
        }
    }
}
