"""Writes manifests of a cluster of real size, as `kubectl get … -o yaml` would print them (one List)."""
import random, sys
routes, gateways, endpoints = (int(x) for x in (sys.argv[1:4] or ("1000", "100", "10000")))
rnd = random.Random(7)
out = ["apiVersion: v1", "kind: List", "items:"]
def item(text):
    lines = text.strip("\n").split("\n")
    out.append("- " + lines[0]); out.extend("  " + l for l in lines[1:])
META = """  creationTimestamp: "2025-0{m}-1{d}T08:00:00Z"
  generation: {g}
  uid: 6b8f0c1e-0000-4000-8000-{n:012d}
  resourceVersion: "{n}"
"""
def meta(n): return META.format(m=1 + n % 9, d=n % 9, g=1 + n % 5, n=n)
item("apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: big}\nspec: {controllerName: example.com/big}\n")
for g in range(gateways):
    item(f"""apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: gw-{g}
  namespace: infra
{meta(g)}spec:
  gatewayClassName: big
  listeners:
  - name: http
    port: 80
    protocol: HTTP
    allowedRoutes: {{namespaces: {{from: All}}}}
  - name: team
    port: 8080
    protocol: HTTP
    hostname: "*.team-{g % 20}.example.com"
    allowedRoutes: {{namespaces: {{from: Selector, selector: {{matchLabels: {{team: t{g % 20}}}}}}}}}
""")
for t in range(20):
    item(f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team-{t}\n  labels: {{team: t{t}}}\n")
services = routes
per = endpoints // services
for s in range(services):
    ns = f"team-{s % 20}"
    item(f"""apiVersion: v1
kind: Service
metadata:
  name: svc-{s}
  namespace: {ns}
{meta(s)}spec:
  clusterIP: 10.{s // 65536}.{s // 256 % 256}.{s % 256}
  selector: {{app: svc-{s}}}
  ports:
  - {{name: http, port: 80, protocol: TCP, targetPort: 8080}}
""")
    item(f"""apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: svc-{s}-abcde
  namespace: {ns}
  labels: {{kubernetes.io/service-name: svc-{s}}}
addressType: IPv4
ports:
- {{name: http, port: 8080, protocol: TCP}}
endpoints:
""" + "".join(f"- addresses: [10.1.{(s * per + e) // 256 % 256}.{(s * per + e) % 256}]\n  conditions: {{ready: true, serving: true, terminating: false}}\n  nodeName: node-{e}\n  targetRef: {{kind: Pod, name: svc-{s}-{e}, namespace: {ns}}}\n" for e in range(per)))
for r in range(routes):
    ns = f"team-{r % 20}"
    rules = "".join(f"""  - matches:
    - path: {{type: PathPrefix, value: /a{k}}}
      headers: [{{name: version, value: v{k}}}]
    backendRefs:
    - {{name: svc-{r}, port: 80, weight: {90 - k}}}
    - {{name: svc-{(r + 20) % services}, port: 80, weight: {10 + k}}}
""" for k in range(5))
    item(f"""apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: route-{r}
  namespace: {ns}
{meta(r)}spec:
  parentRefs:
  - {{name: gw-{r % gateways}, namespace: infra}}
  hostnames: [r{r}.team-{r % 20}.example.com]
  rules:
{rules}""")
sys.stdout.write("\n".join(out) + "\n")
