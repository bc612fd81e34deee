package org.newci.standin.rest;

import io.javalin.http.Context;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The slice of a list that a caller wants; GitLab counts pages from 1. */
public record Page(int number, int size) {

  private static final int LARGEST = 100;

  /** From {@code page} and {@code per_page}. */
  public static Page of(Params params) {
    return new Page(
        params.number("page", 1, 1), Math.min(params.number("per_page", 20, 1), LARGEST));
  }

  public int offset() {
    return (int) Math.min(Integer.MAX_VALUE, (number - 1L) * size);
  }

  /** Writes the slice with GitLab's headers. */
  public <T> void answer(Context ctx, URI base, List<T> slice, long total, Function<T, ?> json) {
    long pages = Math.max(1, (total + size - 1) / size);
    ctx.header("x-page", String.valueOf(number));
    ctx.header("x-per-page", String.valueOf(size));
    ctx.header("x-total", String.valueOf(total));
    ctx.header("x-total-pages", String.valueOf(pages));
    ctx.header("x-next-page", number < pages ? String.valueOf(number + 1) : "");
    ctx.header("x-prev-page", number > 1 ? String.valueOf(number - 1) : "");
    List<String> links = new ArrayList<>();
    if (number > 1) {
      links.add(link(ctx, base, number - 1, "prev"));
    }
    if (number < pages) {
      links.add(link(ctx, base, number + 1, "next"));
    }
    links.add(link(ctx, base, 1, "first"));
    links.add(link(ctx, base, pages, "last"));
    ctx.header("Link", String.join(", ", links));
    RestPages.json(ctx, 200, slice.stream().map(json).toList());
  }

  private String link(Context ctx, URI base, long page, String relation) {
    StringBuilder query = new StringBuilder("page=" + page + "&per_page=" + size);
    String given = ctx.queryString();
    for (String part : given == null ? new String[0] : given.split("&", -1)) {
      if (!part.isEmpty()
          && !part.startsWith("page=")
          && !part.startsWith("per_page=")
          && !part.startsWith("private_token=")) {
        query.append('&').append(part);
      }
    }
    return "<%s%s?%s>; rel=\"%s\"".formatted(base, ctx.path(), query, relation);
  }
}
