package dev.portcullis.admin;

import dev.portcullis.http.routing.StaticFiles;

/**
 * The pages of the operators' listener. They hold no figures: those come with the calls of the contract, for which the
 * operator gives a key.
 */
final class DashboardPages {
    private static final String FOLDER = "/dashboard";
    static final StaticFiles FILES = StaticFiles.builder()
            .resource("/", FOLDER + "/index.html")
            .resource("/favicon.svg", "/webroot/favicon.svg")
            .folder(
                    "/dashboard",
                    FOLDER,
                    "dashboard.css",
                    "main.js",
                    "api.js",
                    "dom.js",
                    "format.js",
                    "dialogs.js",
                    "checks.js",
                    "plot.js",
                    "overview.js",
                    "nodes.js",
                    "refusals.js",
                    "bans.js",
                    "sessions.js",
                    "rooms.js",
                    "users.js",
                    "connections.js",
                    "listing.js",
                    "removal.js",
                    "files.js",
                    "hooks.js",
                    "audit.js")
            .build();

    private DashboardPages() {}
}
