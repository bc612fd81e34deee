package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.newci.standin.ci.Expression.Literal;
import org.newci.standin.ci.Expression.Nothing;
import org.newci.standin.ci.Expression.Term;
import org.newci.standin.ci.Expression.Variable;

/**
 * Parses the text behind {@code if:}.
 *
 * <pre>
 * or         = and { "||" and }
 * and        = one { "&amp;&amp;" one }
 * one        = "(" or ")" | term [ ("==" | "!=") term | ("=~" | "!~") regex ]
 * term       = $NAME | "text" | 'text' | null
 * regex      = /re/flags | $NAME
 * </pre>
 */
final class ExpressionParser {
  /** Characters of one expression. */
  static final int LONGEST = 10_000;

  /** Parentheses inside each other. */
  static final int DEPTH = 50;

  /** Parts joined by operators; the tree of a long chain is as deep as the chain is long. */
  static final int PARTS = 500;

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<variable>\\$\\w+)|(?<text>\"[^\"]*\"|'[^']*')"
              + "|(?<word>null\\b)|(?<sign>==|!=|=~|!~|&&|\\|\\||\\(|\\)))\\s*");

  private record Token(String kind, String text) {}

  private final List<Token> tokens;
  private int at;
  private int depth;

  private ExpressionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  /** The expression, or nothing when the text is none. */
  static Optional<Expression> parse(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    Optional<List<Token>> tokens = tokens(text);
    if (tokens.isEmpty()) {
      return Optional.empty();
    }
    ExpressionParser parser = new ExpressionParser(tokens.get());
    try {
      Expression whole = parser.or();
      return parser.at == parser.tokens.size() ? Optional.of(whole) : Optional.empty();
    } catch (BadSyntax e) {
      return Optional.empty();
    }
  }

  private static Optional<List<Token>> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    int end = 0;
    while (end < text.length()) {
      if (text.charAt(end) == '/') {
        int close = closingSlash(text, end + 1);
        tokens.add(new Token("regex", text.substring(end, close)));
        end = spacesAfter(text, close);
        continue;
      }
      matcher.region(end, text.length());
      if (!matcher.lookingAt() || tokens.size() > PARTS) {
        return Optional.empty();
      }
      for (String kind : List.of("variable", "text", "word", "sign")) {
        String found = matcher.group(kind);
        if (found != null) {
          tokens.add(new Token(kind, found));
        }
      }
      end = matcher.end();
    }
    return Optional.of(tokens);
  }

  /** Behind the slash and the flags that end the expression, or the end of the text. */
  private static int closingSlash(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) != '/') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    i = Math.min(i + 1, text.length());
    while (i < text.length() && "ismU".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    return i;
  }

  private static int spacesAfter(String text, int from) {
    int i = from;
    while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private Expression or() throws BadSyntax {
    Expression left = and();
    while (take("||")) {
      left = new Expression.Or(left, and());
    }
    return left;
  }

  private Expression and() throws BadSyntax {
    Expression left = one();
    while (take("&&")) {
      left = new Expression.And(left, one());
    }
    return left;
  }

  private Expression one() throws BadSyntax {
    if (take("(")) {
      if (++depth > DEPTH) {
        throw new BadSyntax();
      }
      Expression inner = or();
      if (!take(")")) {
        throw new BadSyntax();
      }
      depth--;
      return inner;
    }
    Term left = term();
    if (take("==")) {
      return new Expression.Same(left, term(), false);
    }
    if (take("!=")) {
      return new Expression.Same(left, term(), true);
    }
    if (take("=~")) {
      return match(left, false);
    }
    if (take("!~")) {
      return match(left, true);
    }
    return new Expression.Present(left);
  }

  private Expression match(Term left, boolean negated) throws BadSyntax {
    Token right = next();
    return switch (right.kind()) {
      case "regex" ->
          new Expression.Matches(
              left, RegexLiteral.of(right.text()).orElseThrow(BadSyntax::new), negated);
      case "variable" ->
          new Expression.MatchesVariable(left, new Variable(right.text().substring(1)), negated);
      default -> throw new BadSyntax();
    };
  }

  private Term term() throws BadSyntax {
    Token token = next();
    String text = token.text();
    return switch (token.kind()) {
      case "variable" -> new Variable(text.substring(1));
      case "text" -> new Literal(text.substring(1, text.length() - 1));
      case "word" -> new Nothing();
      default -> throw new BadSyntax();
    };
  }

  private Token next() throws BadSyntax {
    if (at == tokens.size()) {
      throw new BadSyntax();
    }
    return tokens.get(at++);
  }

  private boolean take(String sign) {
    if (at < tokens.size()
        && tokens.get(at).kind().equals("sign")
        && tokens.get(at).text().equals(sign)) {
      at++;
      return true;
    }
    return false;
  }

  private static final class BadSyntax extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
