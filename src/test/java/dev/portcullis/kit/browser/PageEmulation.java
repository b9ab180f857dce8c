package dev.portcullis.kit.browser;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The screen, the network and the clock that a page believes to have. */
record PageEmulation(PageSession session) {
    private static final int PHONE = 600;

    void size(int width, int height) {
        session.call(
                "Emulation.setDeviceMetricsOverride",
                new JsonObject()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", width < PHONE));
    }

    void theme(String theme) {
        JsonObject feature =
                new JsonObject().put("name", "prefers-color-scheme").put("value", theme);
        session.call("Emulation.setEmulatedMedia", new JsonObject().put("features", new JsonArray().add(feature)));
    }

    /** Whether the page is the one in front, as it is for its user. */
    void focused(boolean focused) {
        session.call("Emulation.setFocusEmulationEnabled", new JsonObject().put("enabled", focused));
    }

    void offline(boolean offline) {
        session.call(
                "Network.emulateNetworkConditions",
                new JsonObject()
                        .put("offline", offline)
                        .put("latency", 0)
                        .put("downloadThroughput", -1)
                        .put("uploadThroughput", -1));
    }

    /** Only a page that is not in front is frozen. */
    void frozen(boolean frozen) {
        focused(!frozen);
        session.call("Page.setWebLifecycleState", new JsonObject().put("state", frozen ? "frozen" : "active"));
    }

    /** Lets the clock jump to the next timer, up to this sum, whenever no request is under way. */
    void hastened(int millis) {
        session.call(
                "Emulation.setVirtualTimePolicy",
                new JsonObject().put("policy", "pauseIfNetworkFetchesPending").put("budget", millis));
    }

    void bypassPolicy() {
        session.call("Page.setBypassCSP", new JsonObject().put("enabled", true));
    }
}
