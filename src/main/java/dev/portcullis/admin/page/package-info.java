/** What do operators look at? The files of the dashboard, which only uses the calls of the contract. Owns nothing. */
@NullMarked
package dev.portcullis.admin.page;

import org.jspecify.annotations.NullMarked;
