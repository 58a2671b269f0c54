/// Starts Swagger UI with the document of whoever reads the page, and fetches it anew for the token given under "Authorize".
///
/// - The token is kept in the page's memory only: a reload forgets it.
/// - A token is tried on the document first; one that is refused is not taken over, and the server's words are shown.
/// - Shown otherwise than served: `servers` is where the page came from (no other host may be asked from here); of the ways to authenticate only
///   the bearer token is offered (the browser sends a session's cookie by itself; a token in the address would end up in logs); parameters that
///   are JSON are empty lines to fill in (Swagger UI would send made-up objects for them).
enum DocumentationScript {
    static let name = "initializer.js"

    static let text = #"""
        "use strict";
        (() => {
          const root = new URL("..", document.currentScript.src);
          const message = document.getElementById("message");
          let ui;
          let latest = 0;

          function say(text) {
            message.textContent = text;
            message.hidden = text === "";
          }

          function ask(options) {
            return fetch(new URL("server/specs/oas", root), options);
          }

          // The document for a token, or without one for the browser's session, or for the public.
          async function load(token) {
            let answer;
            if (token) {
              answer = await ask({ headers: { Authorization: `Bearer ${token}` }, credentials: "omit" });
            } else {
              answer = await ask({ credentials: "same-origin" });
              // A session that has ended.
              if (answer.status === 401) answer = await ask({ credentials: "omit" });
            }
            const body = await answer.json().catch(() => ({}));
            if (!answer.ok) throw new Error(body.errors?.[0]?.message ?? `The server answered ${answer.status}.`);
            body.servers = [{ url: root.href.replace(/\/$/, "") }];
            const bearer = body.components?.securitySchemes?.bearer;
            if (bearer) body.components.securitySchemes = { bearer };
            for (const parameter of Object.values(body.components?.parameters ?? {})) {
              if (!parameter.content) continue;
              delete parameter.content;
              parameter.schema = { type: "string" };
            }
            return body;
          }

          // Shows the document for a token; `done` runs once it has been accepted.
          async function show(token, done) {
            const turn = ++latest;
            try {
              const body = await load(token);
              if (turn !== latest) return;
              done();
              ui.specActions.updateSpec(JSON.stringify(body));
              say("");
            } catch (error) {
              if (turn === latest) say(error.message);
            }
          }

          const followsAuthorization = () => ({
            statePlugins: {
              auth: {
                wrapActions: {
                  authorize: (original) => (payload) => show(payload.bearer?.value, () => original(payload)),
                  logout: (original) => (names) => show(undefined, () => original(names)),
                },
              },
            },
          });

          load(undefined).then((spec) => {
            ui = SwaggerUIBundle({
              spec,
              dom_id: "#swagger-ui",
              deepLinking: true,
              defaultModelsExpandDepth: 0,
              displayRequestDuration: true,
              docExpansion: "none",
              filter: true,
              persistAuthorization: false,
              plugins: [followsAuthorization],
              validatorUrl: null,
            });
          }).catch((error) => say(error.message));
        })();

        """#
}
